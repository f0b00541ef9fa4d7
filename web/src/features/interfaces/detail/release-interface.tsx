import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import type { InterfaceChanges } from "./use-interface-changes.ts"

interface ReleaseInterfaceProps {
  name: string
  release: InterfaceChanges["release"]
  opened: boolean
  onClose: () => void
}

/** Nothing is lost by a release, so it asks once and quietly. */
export function ReleaseInterface({ name, release, opened, onClose }: ReleaseInterfaceProps) {
  const { t } = useTranslation(["interfaces", "common"])
  const title = t("detail.releaseTitle", { name })
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("common:confirm.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("detail.releaseText", { name })}</Text>
        {release.error && <ProblemNotice error={release.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("common:confirm.cancel")}
          </Button>
          <Button loading={release.isPending} onClick={() => release.mutate(undefined, { onSuccess: onClose })}>
            {title}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
