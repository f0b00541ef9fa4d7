import {
  type InterfaceActual,
  type PathMtuResult,
  type PathMtuWish,
  type PingResult,
  type PingWish,
  type ProbeAnswer,
  Problem,
  parsePrefix,
  prefixContains,
  type TraceResult,
  type TraceWish,
} from "@tundeck/shared"

/** Of a tunnel in memory. */
interface Way {
  isUp: boolean
  on: InterfaceActual
}

/** What hosts behind a tunnel in memory answer: at once while it is up, nothing otherwise. Each is the next hop, and takes whole packets. */

export function memoryPing(way: Way, { destination, count }: PingWish): PingResult {
  const answer = answerOf(way, destination)
  const items = Array.from({ length: count }, (_, i) => ({ sequence: i + 1, answer }))
  const { timeMs = 0 } = answer
  const roundTripMs = way.isUp ? { least: timeMs, average: timeMs, most: timeMs } : null
  return { ...sent(way, destination), items, received: way.isUp ? count : 0, roundTripMs }
}

export function memoryTrace(way: Way, { destination }: TraceWish): TraceResult {
  const items = [{ hop: 1, answer: answerOf(way, destination) }]
  return { ...sent(way, destination), items, reached: way.isUp }
}

export function memoryPathMtu(way: Way, { destination }: PathMtuWish): PathMtuResult {
  const { mtu } = way.on
  const found = { interfaceMtu: mtu, pathMtu: way.isUp ? mtu : null, exact: way.isUp, silent: false }
  return { ...sent(way, destination), ...found, items: [{ bytes: mtu, answer: answerOf(way, destination) }] }
}

function answerOf({ isUp }: Way, destination: string): ProbeAnswer {
  return isUp ? { kind: "reply", from: destination, timeMs: 0.5 } : { kind: "silence" }
}

/** Throws Problem destination-not-routed for what is in none of the interface's networks. */
function sent({ on }: Way, destination: string) {
  const prefix = on.addresses.flatMap((text) => parsePrefix(text) ?? []).find((one) => prefixContains(one, destination))
  if (prefix === undefined) throw new Problem("destination-not-routed", `No route leads to ${destination}.`)
  return { destination, source: prefix.address, interface: on.name, drops: [] }
}
