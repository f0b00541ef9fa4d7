import { Button, Checkbox, Group, NumberInput, Select, Stack, Switch, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { captureEvents, mostSaveSeconds, routes, type TunnelCapture, type TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { formatCount } from "../../../lib/format.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { useRememberTunnel } from "../use-tunnel-power.ts"

const snapLengths = [64, 128, 256, 512, 1500, 0]
const mostMegabytes = 1024

export function KeepCard({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const remember = useRememberTunnel()
  const [draft, setDraft] = useState<TunnelCapture>(tunnel.capture)
  const change = useMutation({
    mutationFn: (capture: TunnelCapture) => call(routes.changeTunnel, { params: { id: tunnel.id }, body: { capture } }),
    onSuccess: remember,
  })
  const isSame = JSON.stringify(draft) === JSON.stringify(tunnel.capture)
  const lengths = snapLengths.includes(draft.snapLength) ? snapLengths : [draft.snapLength, ...snapLengths]
  return (
    <Section title={t("capture.keep")} note={t("capture.keepNote")}>
      <Stack gap="sm" align="flex-start">
        <Switch
          label={t("capture.enabled")}
          checked={draft.enabled}
          onChange={({ currentTarget: { checked } }) => setDraft({ ...draft, enabled: checked })}
        />
        <NumberInput
          label={t("capture.megabytes")}
          description={t("capture.megabytesNote")}
          value={draft.megabytes}
          onChange={(value) => setDraft({ ...draft, megabytes: Number(value) || 1 })}
          min={1}
          max={mostMegabytes}
          clampBehavior="strict"
          allowDecimal={false}
          disabled={!draft.enabled}
        />
        <Select
          label={t("capture.bytes")}
          description={t("capture.private")}
          allowDeselect={false}
          value={String(draft.snapLength)}
          onChange={(value) => setDraft({ ...draft, snapLength: Number(value) })}
          data={lengths.map((bytes) => ({
            value: String(bytes),
            label: bytes === 0 ? t("capture.whole") : t("capture.first", { bytes: formatCount(bytes) }),
          }))}
          disabled={!draft.enabled}
        />
        <Checkbox.Group
          label={t("capture.saveOn")}
          description={t("capture.saveOnNote")}
          value={draft.saveOn}
          onChange={(words) => setDraft({ ...draft, saveOn: captureEvents.filter((event) => words.includes(event)) })}
        >
          <Stack gap={6} mt={6}>
            {captureEvents.map((event) => (
              <Checkbox key={event} value={event} label={t(`capture.${event}`)} disabled={!draft.enabled} />
            ))}
          </Stack>
        </Checkbox.Group>
        <NumberInput
          label={t("capture.saveSeconds")}
          description={t("capture.saveSecondsNote")}
          value={draft.saveSeconds}
          onChange={(value) => setDraft({ ...draft, saveSeconds: Number(value) || 1 })}
          min={1}
          max={mostSaveSeconds}
          clampBehavior="strict"
          allowDecimal={false}
          disabled={!draft.enabled || draft.saveOn.length === 0}
        />
        {change.error !== null && <ProblemNotice error={change.error} />}
        <Group gap="sm">
          <Button disabled={isSame} loading={change.isPending} onClick={() => change.mutate(draft)}>
            {t("capture.apply")}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {change.isSuccess && isSame && t("capture.applied")}
          </Text>
        </Group>
      </Stack>
    </Section>
  )
}
