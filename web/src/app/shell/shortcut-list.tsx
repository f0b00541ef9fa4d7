import { Group, Kbd, Modal, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { useShortcuts } from "../../lib/shortcuts.ts"

export function ShortcutList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { list } = useShortcuts()
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("shortcuts.title")}
      closeButtonProps={{ "aria-label": t("confirm.close") }}
    >
      <Stack gap={10} component="dl" m={0}>
        {list.map(({ keys, label }) => (
          <Group key={keys} justify="space-between" gap="md">
            <Text component="dt" size="sm">
              {label}
            </Text>
            <Group component="dd" gap={6} m={0}>
              {keys.split(" ").map((key) => (
                <Kbd key={key}>{key === "space" ? t("shortcuts.space") : key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
