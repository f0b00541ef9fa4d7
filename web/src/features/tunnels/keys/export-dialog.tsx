import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { download } from "../../../lib/download.ts"
import { Command } from "../../../ui/command.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"

/** The tunnel as a file for wg-quick, without its secrets. */
export function ExportDialog({ tunnel: { id, name }, onClose }: { tunnel: TunnelView; onClose: () => void }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { data, error, refetch } = useQuery({
    queryKey: ["tunnels", id, "export"],
    queryFn: ({ signal }) => call(routes.exportTunnel, { params: { id }, query: { format: "wg-quick" }, signal }),
    staleTime: 0,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t("keys.export.title", { name })}
      closeButtonProps={{ "aria-label": common("confirm.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("keys.export.note")}</Text>
        {error !== null && data === undefined && <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton height={220} aria-label={t("keys.export.reading")} />}
        {data?.files.map((file) => (
          <Stack key={file.name} gap="sm">
            <Command text={file.text.trimEnd()} what={t("keys.export.file", { file: file.name })} />
            <Group justify="flex-end">
              <Button
                leftSection={<IconDownload size={16} aria-hidden />}
                onClick={() => download(file.name, file.text)}
              >
                {t("keys.export.save", { file: file.name })}
              </Button>
            </Group>
          </Stack>
        ))}
      </Stack>
    </Modal>
  )
}
