import { dropReasons, type PathMtuResult, type PingResult, type ProbeAnswer, type TraceResult } from "@tundeck/shared"

type Drops = PingResult["drops"]

export function pingLines({ items, received, roundTripMs, drops }: PingResult): string[] {
  const lines = items.map(({ sequence, answer }) => `seq=${sequence}  ${answerText(answer)}`)
  const times =
    roundTripMs === null
      ? ""
      : `, ${milliseconds(roundTripMs.least)} / ${milliseconds(roundTripMs.average)} / ${milliseconds(roundTripMs.most)} (least, mean, most)`
  return [...lines, `${items.length} sent, ${received} received${times}`, ...dropLines(drops)]
}

export function traceLines({ items, reached, drops }: TraceResult): string[] {
  const lines = items.map(({ hop, answer }) => `${String(hop).padStart(2)}  ${answerText(answer)}`)
  return [...lines, ...(reached ? [] : ["The destination did not answer."]), ...dropLines(drops)]
}

export function pathMtuLines({
  pathMtu,
  interfaceMtu,
  exact,
  silent,
  interface: name,
  drops,
}: PathMtuResult): string[] {
  if (pathMtu === null) return ["The destination does not even answer small packets.", ...dropLines(drops)]
  if (pathMtu === interfaceMtu) return [`${pathMtu} bytes get there and back: all that ${name} sends.`]
  return [
    `${exact ? "" : "At least "}${pathMtu} bytes get there and back; ${name} sends up to ${interfaceMtu}.`,
    silent
      ? "Larger packets vanish, and nobody tells the senders: transfers stall."
      : "Routers tell the senders of larger packets.",
    `Set the MTU of ${name} to ${pathMtu}, or turn on MSS clamping.`,
    ...dropLines(drops),
  ]
}

/** `10.0.0.9  1.25 ms` */
function answerText({ kind, from = "?", timeMs = 0, mtu, detail }: ProbeAnswer): string {
  const came = `${from}  ${milliseconds(timeMs)}`
  switch (kind) {
    case "reply":
    case "time-exceeded":
      return came
    case "too-big":
      return mtu === undefined ? `${came}  too large` : `${came}  too large: ${mtu} bytes fit`
    case "unreachable":
      return `${came}  ${detail ?? "cannot be reached"}`
    case "not-sent":
      return `not sent: ${detail ?? "refused"}`
    case "silence":
      return "*  no answer"
  }
}

const milliseconds = (value: number) => `${value.toFixed(2)} ms`

function dropLines(drops: Drops): string[] {
  return drops.map(({ direction, reason, packets }) => {
    const known = dropReasons.find(({ code }) => code === reason)
    return `Meanwhile the tunnel dropped ${packets} ${direction}: ${known?.title ?? reason} (${reason}).`
  })
}
