import { Button, Group, NumberInput, Stack, Text } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { defaultCaptureSeconds, mostCaptureSeconds, routes, type TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call, fetchFile } from "../../../lib/api/call.ts"
import { download } from "../../../lib/download.ts"
import { formatBytes, formatCount } from "../../../lib/format.ts"
import { Command } from "../../../ui/command.tsx"
import { FilterBox } from "../../../ui/packets/filter-box.tsx"
import { useFilter } from "../../../ui/packets/use-filter.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { useReadCaptures } from "./query.ts"

interface SaveCardProps {
  tunnel: TunnelView
  /** As it stands in the address of the page: what the packets are looked at by. */
  filter: string
  onFilter: (text: string) => void
}

export function SaveCard({ tunnel, filter, onFilter }: SaveCardProps) {
  const { t } = useTranslation("tunnels")
  const [seconds, setSeconds] = useState(defaultCaptureSeconds)
  const typed = useFilter({ filter, onFilter, tunnel: [tunnel.id, tunnel.name] })
  const text = typed.text.trim()
  const query = text === "" ? { seconds } : { seconds, filter: text }
  const save = useMutation({
    mutationFn: async () => {
      const { name, blob } = await fetchFile(routes.saveCapture, { params: { id: tunnel.id }, query })
      download(name, blob)
      return { name, size: formatBytes(blob.size) }
    },
  })
  const readAgain = useReadCaptures()
  const keep = useMutation({
    mutationFn: () => call(routes.keepCapture, { params: { id: tunnel.id }, body: query }),
    onSuccess: () => readAgain(),
  })
  const { enabled } = tunnel.capture
  return (
    <Section title={t("capture.save")} note={t("capture.saveNote")}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <NumberInput
            label={t("capture.seconds")}
            value={seconds}
            onChange={(value) => setSeconds(Number(value) || 1)}
            min={1}
            max={mostCaptureSeconds}
            clampBehavior="strict"
            allowDecimal={false}
            w={120}
            disabled={!enabled}
          />
          <Button
            leftSection={<IconDownload size={16} aria-hidden />}
            loading={save.isPending}
            disabled={!enabled}
            onClick={() => save.mutate()}
          >
            {t("capture.saveLast", { seconds })}
          </Button>
          <Button variant="default" loading={keep.isPending} disabled={!enabled} onClick={() => keep.mutate()}>
            {t("capture.keepHere")}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {save.data !== undefined && t("capture.saved", save.data)}{" "}
            {keep.data !== undefined &&
              t("capture.kept", { packets: formatCount(keep.data.packets), size: formatBytes(keep.data.bytes) })}
          </Text>
        </Group>
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("capture.filter")}
          </Text>
          <FilterBox {...typed} />
        </div>
        {save.error !== null && <ProblemNotice error={save.error} />}
        {keep.error !== null && <ProblemNotice error={keep.error} />}
        {!enabled && <Text size="sm">{t("capture.off")}</Text>}
        {enabled && tunnel.state === "stopped" && <Text size="sm">{t("capture.stopped")}</Text>}
        <div>
          <Text size="sm" mb={4}>
            {t("capture.live")}
          </Text>
          <Command text={liveCommand(tunnel.name, text)} what={t("capture.command")} />
        </div>
      </Stack>
    </Section>
  )
}

/** For a POSIX shell. */
function liveCommand(name: string, filter: string): string {
  const only = filter === "" ? "" : ` --filter '${filter.replaceAll("'", `'\\''`)}'`
  return `tundeck capture ${name}${only} | wireshark -k -i -`
}
