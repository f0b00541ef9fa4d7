import { Button, Group, List, Stack } from "@mantine/core"
import type { TunnelImported } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { Section } from "../../../ui/section.tsx"

/** What was made, and what of it is otherwise than it was written. */
export function Joined({ made, onOpen }: { made: TunnelImported; onOpen: () => void }) {
  const { t } = useTranslation("tunnels")
  const { tunnel, interface: device, notes } = made
  return (
    <Section title={t("join.made", { name: tunnel.name, device })} note={t("join.notes")}>
      <Stack gap="md">
        <List size="sm" spacing={4}>
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
        <Group>
          <Button onClick={onOpen}>{t("join.open", { name: tunnel.name })}</Button>
        </Group>
      </Stack>
    </Section>
  )
}
