import { ActionIcon, type MantineColorScheme, Menu, Tooltip, useMantineColorScheme } from "@mantine/core"
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"

const schemes = [
  { scheme: "auto", icon: IconDeviceDesktop },
  { scheme: "light", icon: IconSun },
  { scheme: "dark", icon: IconMoon },
] as const satisfies readonly { scheme: MantineColorScheme; icon: unknown }[]

/** Light, dark or as the system wishes; kept in this browser. */
export function ThemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const label = t("header.theme", { scheme: t(`header.schemes.${colorScheme}`) })
  const Current = schemes.find(({ scheme }) => scheme === colorScheme)?.icon ?? IconDeviceDesktop
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon size="lg" aria-label={label}>
            <Current size={19} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ scheme, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            fw={scheme === colorScheme ? 600 : 400}
            leftSection={<Icon size={17} stroke={1.7} aria-hidden />}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`header.schemes.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
