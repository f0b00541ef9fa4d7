import { ActionIcon, Group, Tooltip } from "@mantine/core"
import { IconDownload, IconTrash } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { routes, type SavedCapture } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call, fetchFile } from "../../../lib/api/call.ts"
import { download } from "../../../lib/download.ts"
import { explain } from "../../../lib/explain.ts"
import { formatDateTime } from "../../../lib/format.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { useReadCaptures } from "./query.ts"

/** At the end of a saved capture's row. */
export function SavedActions({ capture: { id, time } }: { capture: SavedCapture }) {
  const { t } = useTranslation("tunnels")
  const readAgain = useReadCaptures()
  const [asking, setAsking] = useState(false)
  const params = { id }
  const fetched = useMutation({
    mutationFn: async () => {
      const { name, blob } = await fetchFile(routes.downloadCapture, { params })
      download(name, blob)
    },
  })
  const remove = useMutation({
    mutationFn: () => call(routes.deleteCapture, { params }),
    onSuccess: async () => {
      await readAgain()
      setAsking(false)
    },
  })
  const names = { time: formatDateTime(time) }
  const refusal = fetched.error === null ? undefined : explain(fetched.error)
  const why = refusal?.kind === "problem" ? (refusal.detail ?? refusal.title) : undefined
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Tooltip label={why ?? t("capture.download", names)} color={why === undefined ? undefined : "red"}>
        <ActionIcon
          aria-label={t("capture.download", names)}
          color={why === undefined ? undefined : "red"}
          loading={fetched.isPending}
          onClick={() => fetched.mutate()}
        >
          <IconDownload size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("capture.delete", names)}>
        <ActionIcon color="red" aria-label={t("capture.delete", names)} onClick={() => setAsking(true)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ConfirmDelete
        opened={asking}
        onClose={() => setAsking(false)}
        action={t("capture.delete", names)}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
      >
        {t("capture.deleteDetail")}
      </ConfirmDelete>
    </Group>
  )
}
