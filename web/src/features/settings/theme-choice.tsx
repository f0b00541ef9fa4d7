import { SegmentedControl, useMantineColorScheme } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Section } from "../../ui/section.tsx"

const schemes = ["auto", "light", "dark"] as const

export function ThemeChoice() {
  const { t } = useTranslation("settings")
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title={t("theme.title")} note={t("theme.note")}>
      <SegmentedControl
        aria-label={t("theme.label")}
        value={colorScheme}
        onChange={(value) => setColorScheme(schemes.find((scheme) => scheme === value) ?? "auto")}
        data={schemes.map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
    </Section>
  )
}
