import { ActionIcon, Menu, Text } from "@mantine/core"
import { IconLogout, IconSettings, IconUserCircle } from "@tabler/icons-react"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { sessionQuery } from "../../lib/session.ts"
import { MenuItemLink } from "../../ui/menu-item-link.tsx"

export function AccountMenu() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery).data
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const signOut = useMutation({
    mutationFn: () => call(routes.signOut),
    onSuccess: async () => {
      queryClient.clear()
      await navigate({ to: "/sign-in" })
    },
  })
  if (!session) return null
  const label = t("header.account", { name: session.username })
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={label}>
          <IconUserCircle size={21} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "8px 12px" }}>
          <Text size="sm" fw={600}>
            {session.username}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`header.role.${session.role}`)}
          </Text>
        </div>
        <Menu.Divider />
        <MenuItemLink to="/settings" leftSection={<IconSettings size={17} stroke={1.7} aria-hidden />}>
          {t("nav.settings")}
        </MenuItemLink>
        <Menu.Item
          leftSection={<IconLogout size={17} stroke={1.7} aria-hidden />}
          onClick={() => signOut.mutate()}
          closeMenuOnClick={false}
        >
          {signOut.isPending ? t("header.signingOut") : t("header.signOut")}
        </Menu.Item>
        {signOut.error && (
          <Text size="xs" c="red" px={12} pb={8} role="alert">
            {signOut.error.message}
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
