import { List, Stack, Text } from "@mantine/core"
import type { PathMtuResult, PingResult, TraceResult } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../../lib/drop-reason.ts"
import { formatCount, formatMilliseconds } from "../../../lib/format.ts"
import { Answers } from "./answers.tsx"

export type ProbeResult =
  | { kind: "ping"; result: PingResult }
  | { kind: "trace"; result: TraceResult }
  | { kind: "pathMtu"; result: PathMtuResult }

/** What came of a probe: a sentence first, then each answer. */
export function ShowProbe({ kind, result }: ProbeResult) {
  const { t } = useTranslation("tunnels")
  const label = t(`tryOut.probe.result.${kind}`, { destination: result.destination })
  return (
    <Stack gap={6}>
      {kind === "ping" && <PingWords result={result} />}
      {kind === "trace" && (
        <Text size="sm" fw={600}>
          {t(result.reached ? "tryOut.probe.reached" : "tryOut.probe.notReached", { destination: result.destination })}
        </Text>
      )}
      {kind === "pathMtu" && <PathWords result={result} />}
      <Drops drops={result.drops} />
      {kind === "ping" && <Answers label={label} head="sequence" items={numbered(result.items, "sequence")} />}
      {kind === "trace" && <Answers label={label} head="hop" items={numbered(result.items, "hop")} />}
      {kind === "pathMtu" && <Answers label={label} head="bytes" items={numbered(result.items, "bytes")} />}
    </Stack>
  )
}

function numbered<K extends string, I extends Record<K, number> & { answer: PingResult["items"][number]["answer"] }>(
  items: readonly I[],
  key: K,
) {
  return items.map((item) => ({ number: item[key], answer: item.answer }))
}

function PingWords({ result: { items, received, roundTripMs } }: { result: PingResult }) {
  const { t } = useTranslation("tunnels")
  const count = t("tryOut.probe.received", { received, sent: items.length })
  if (roundTripMs === null) return <Words text={`${count}.`} />
  const { least, average, most } = roundTripMs
  const times = t("tryOut.probe.times", {
    least: formatMilliseconds(least),
    average: formatMilliseconds(average),
    most: formatMilliseconds(most),
  })
  return <Words text={`${count}, ${times}.`} />
}

function PathWords({ result }: { result: PathMtuResult }) {
  const { t } = useTranslation("tunnels")
  const { pathMtu, interfaceMtu, exact, silent, interface: name } = result
  if (pathMtu === null) return <Words text={t("tryOut.probe.path.none")} />
  const bytes = formatCount(pathMtu)
  if (pathMtu === interfaceMtu) return <Words text={t("tryOut.probe.path.whole", { bytes, name })} />
  const most = formatCount(interfaceMtu)
  return (
    <>
      <Words text={t(exact ? "tryOut.probe.path.smaller" : "tryOut.probe.path.atLeast", { bytes, name, most })} />
      <Text size="sm">
        {t(silent ? "tryOut.probe.path.silent" : "tryOut.probe.path.told")}{" "}
        {t("tryOut.probe.path.mend", { bytes, name })}
      </Text>
    </>
  )
}

function Words({ text }: { text: string }) {
  return (
    <Text size="sm" fw={600}>
      {text}
    </Text>
  )
}

function Drops({ drops }: Pick<PingResult, "drops">) {
  const { t } = useTranslation("tunnels")
  if (drops.length === 0) return null
  return (
    <div>
      <Text size="sm">{t("tryOut.probe.drops")}</Text>
      <List size="sm" aria-label={t("tryOut.probe.drops")}>
        {drops.map(({ direction, reason, packets }) => {
          const { title, remedy } = dropReasonText(reason)
          const way = t(`tryOut.probe.way.${direction}`)
          return (
            <List.Item key={direction + reason}>
              {t("tryOut.probe.drop", { packets: formatCount(packets), way, title })} {remedy}
            </List.Item>
          )
        })}
      </List>
    </div>
  )
}
