// The goals, each with what was measured. Ratios are taken round by round, then their median.
import type { Figures } from "../figures.ts"
import type { IdleFigures } from "../parts/idle.ts"
import type { WatchedFigures } from "../parts/watched.ts"
import type { Run } from "../run-record.ts"
import { ratios, type Values } from "./statistics.ts"

export interface Goal {
  /** What is compared with what. */
  text: string
  unit: "×" | "%" | "ms" | "µs" | "kB" | "MB" | "a second"
  atLeast?: number
  atMost?: number
  /** One value a round; null where one of the two is missing. */
  values(run: Run): Values
}

type Value = (figures: Figures) => number | null

/** One TCP stream, the mean of both ways. */
export const oneStream: Value = ({ oneStream, oneStreamBack }) =>
  oneStream === null || oneStreamBack === null ? null : (oneStream + oneStreamBack) / 2
const cpu: Value = ({ cpuPerGigabyte }) => cpuPerGigabyte
const paced: Value = ({ paced }) => paced
const lost: Value = ({ pacedLost }) => pacedLost && pacedLost * 100
const idleMedian: Value = ({ idleMedian }) => idleMedian

function of(run: Run, id: string, value: Value): Values {
  return (run.carriers[id] ?? []).map((figures) => (figures === null ? null : value(figures)))
}

type Bound = { atLeast: number } | { atMost: number }

function ratio(text: string, [id, to]: readonly [string, string], value: Value, bound: Bound): Goal {
  return { text, unit: "×", ...bound, values: (run) => ratios(of(run, id, value), of(run, to, value)) }
}

function absolute(text: string, unit: Goal["unit"], id: string, value: Value, bound: Bound): Goal {
  return { text, unit, ...bound, values: (run) => of(run, id, value) }
}

const clear = [
  ["simpletun", "TCP"],
  ["trains", "TCP, trains"],
  ["udp", "UDP"],
  ["icmp", "ICMP"],
] as const
const encrypting = [
  ["openvpn-udp", "OpenVPN, UDP"],
  ["wireguard-go", "wireguard-go"],
] as const

const c = "the C program"
const both = "one TCP stream, both ways"

const throughput: readonly Goal[] = [
  ratio(`TCP, trains, to ${c} with TCP_NODELAY: ${both}`, ["trains", "c"], oneStream, { atLeast: 12 }),
  ratio(`TCP, trains, to ${c} as published`, ["trains", "c-nagle"], oneStream, { atLeast: 25 }),
  ratio("TCP, trains, to OpenVPN, UDP", ["trains", "openvpn-udp"], oneStream, { atLeast: 10 }),
  ratio("TCP, trains, to OpenVPN, TCP", ["trains", "openvpn-tcp"], oneStream, { atLeast: 10 }),
  ratio("TCP, trains, to the bare veth", ["trains", "veth"], oneStream, { atLeast: 0.45 }),
  ratio(`TCP, simpletun frames, to ${c} with TCP_NODELAY`, ["simpletun", "c"], oneStream, { atLeast: 3 }),
  ratio(`TCP, ours towards ${c}, to that towards itself`, ["to-c", "c"], oneStream, { atLeast: 1 }),
  ratio("UDP to fastd, null", ["udp", "fastd"], oneStream, { atLeast: 6 }),
  ratio("UDP to the bare veth", ["udp", "veth"], oneStream, { atLeast: 0.3 }),
  ratio("ICMP to our UDP", ["icmp", "udp"], oneStream, { atLeast: 0.5 }),
]

const go = ["wg-udp", "wireguard-go"] as const
const sealed: readonly Goal[] = [
  ratio("WireGuard, UDP, to wireguard-go", go, oneStream, { atLeast: 7 }),
  ratio("WireGuard, UDP: CPU seconds per GB, to wireguard-go", go, cpu, { atMost: 0.3 }),
  absolute("WireGuard, UDP: lost of 100-byte packets at 100,000 a second", "%", "wg-udp", lost, { atMost: 0.5 }),
  ratio("WireGuard, UDP: idle round trip, p50 to wireguard-go", go, idleMedian, { atMost: 1 }),
  ratio("WireGuard, UDP: loaded round trip, p99 to wireguard-go", go, ({ loaded99 }) => loaded99, { atMost: 0.5 }),
  ratio("WireGuard, TCP, to OpenVPN, TCP", ["wg-tcp", "openvpn-tcp"], oneStream, { atLeast: 8 }),
  ratio("WireGuard, TCP, to our clear TCP, trains", ["wg-tcp", "trains"], oneStream, { atLeast: 0.5 }),
  ratio("WireGuard, TCP, AES, to our clear TCP, trains", ["wg-tcp-aes", "trains"], oneStream, { atLeast: 0.6 }),
  ratio("WireGuard, UDP, AES, to our clear UDP", ["wg-udp-aes", "udp"], oneStream, { atLeast: 0.6 }),
]

const packets: readonly Goal[] = clear.flatMap(([id, name]) => [
  absolute(`${name}: lost of 100-byte packets at 100,000 a second`, "%", id, lost, { atMost: 0.5 }),
  ...encrypting.map(([peer, peerName]) =>
    ratio(`${name}: delivered of them, to ${peerName}`, [id, peer], paced, { atLeast: 2 }),
  ),
])

const cpuTime: readonly Goal[] = clear.flatMap(([id, name]) =>
  encrypting.map(([peer, peerName]) =>
    ratio(`${name}: CPU seconds per GB, to ${peerName}`, [id, peer], cpu, { atMost: 0.25 }),
  ),
)

const roundTrips: readonly Goal[] = [
  ...clear.flatMap(([id, name]) => [
    ratio(`${name}: idle round trip, p50 to OpenVPN, UDP`, [id, "openvpn-udp"], idleMedian, { atMost: 1 }),
    {
      text: `${name}: idle round trip, p99 to its own p50`,
      unit: "×" as const,
      atMost: 1.5,
      values: (run: Run) =>
        ratios(
          of(run, id, ({ idle99 }) => idle99),
          of(run, id, idleMedian),
        ),
    },
  ]),
  absolute("UDP: round trip under a full-speed TCP flow, p99", "ms", "udp", ({ loaded99 }) => loaded99, { atMost: 5 }),
]

const idle: readonly Goal[] = (["tcp", "udp"] as const).flatMap((kind) => {
  const goal = (text: string, unit: Goal["unit"], atMost: number, value: (one: IdleFigures) => number): Goal => ({
    text: `1,000 idle tunnels, ${kind.toUpperCase()}: ${text}`,
    unit,
    atMost,
    values: ({ idle }) => idle[kind]?.map((one) => one && value(one)) ?? [],
  })
  return [
    goal("the engine's share of a core", "%", 3, ({ engine }) => engine.cpuShare * 100),
    goal("with launcher and panel", "%", 3, ({ all }) => all.cpuShare * 100),
    goal("the engine's memory for each beyond the first", "kB", 100, ({ engine }) => engine.kilobytesEach),
    goal("with launcher and panel", "kB", 100, ({ all }) => all.kilobytesEach),
  ]
})

const watched: readonly Goal[] = (["trains", "udp"] as const).flatMap((mode) => {
  const goal = (text: string, value: (one: WatchedFigures) => number): Goal => ({
    text: `${mode === "udp" ? "UDP" : "TCP, trains"}, ${text}`,
    unit: "×",
    atLeast: 0.95,
    values: ({ watched }) => watched[mode]?.map((one) => one && value(one)) ?? [],
  })
  return [
    goal("watched to unwatched: one TCP stream", ({ before, watched, after }) => (2 * watched) / (before + after)),
    goal("unwatched after a viewer to before", ({ before, after }) => after / before),
  ]
})

const viewers: readonly Goal[] = [
  {
    text: "50,000 packets a second that 100 viewers watch, to one: delivered",
    unit: "×",
    atLeast: 0.97,
    values: ({ viewers = [] }) => viewers.map(({ one, hundred }) => hundred.delivered / one.delivered),
  },
  {
    text: "the memory of engine and panel with 100 viewers, beyond that with one",
    unit: "MB",
    atMost: 50,
    values: ({ viewers = [] }) => viewers.map(({ one, hundred }) => hundred.memory - one.memory),
  },
  {
    text: "from when a packet passed until a program has its row, p99",
    unit: "ms",
    atMost: 100,
    values: ({ viewers = [] }) => viewers.map(({ shown99 }) => shown99),
  },
]

const page: readonly Goal[] = [
  {
    text: "from when a packet passed until the page has drawn its row, p99",
    unit: "ms",
    atMost: 100,
    values: ({ page = [] }) => page.map(({ p99 }) => p99),
  },
  {
    text: "the same of the first packet after the page was opened, the slowest of ten",
    unit: "ms",
    atMost: 100,
    values: ({ page = [] }) => page.map(({ firstSlowest }) => firstSlowest),
  },
]

const ciphers: readonly Goal[] = (["chacha20-poly1305", "aes-256-gcm"] as const).flatMap((kind) =>
  (["seal", "open"] as const).map((what) => ({
    text: `one packet of 1,420 bytes, ${kind}: to ${what} it`,
    unit: "µs" as const,
    atMost: 1.6,
    values: ({ ciphers = [] }: Run) =>
      ciphers.map((round) => {
        const figures = round.find((one) => one.by === "evp" && one.kind === kind)
        return figures?.[what][figures.lengths.indexOf(1420)] ?? null
      }),
  })),
)

const intake: readonly Goal[] = [
  {
    text: "handshakes answered by one engine, of 1,000 peers that call at once",
    unit: "a second",
    atLeast: 1_000,
    values: ({ handshakes = [] }) => handshakes.map(({ answered }) => answered),
  },
  {
    text: "the same, for each second of one core that it used",
    unit: "a second",
    atLeast: 1_000,
    values: ({ handshakes = [] }) => handshakes.map(({ answered, cpu }) => answered / cpu),
  },
  {
    text: "WireGuard, UDP: one TCP stream, flooded by 20,000 initiations a second to left alone",
    unit: "×",
    atLeast: 0.7,
    values: ({ flood = [] }) => flood.map(({ before, flooded, after }) => (2 * flooded) / (before + after)),
  },
]

const decodings: readonly Goal[] = [
  {
    text: "the summary of a packet, the median of the samples",
    unit: "µs",
    atMost: 2,
    values: ({ decodings = [] }) => decodings.map(({ summary }) => summary.median),
  },
  {
    text: "summary or tree of a packet with any bit flipped, the slowest",
    unit: "µs",
    atMost: 1000,
    values: ({ decodings = [] }) => decodings.map(({ summary, tree }) => Math.max(summary.damaged, tree.damaged)),
  },
]

const filters: readonly Goal[] = [
  {
    text: "the slowest of the filters over 100,000 rows",
    unit: "ms",
    atMost: 50,
    values: ({ filters = [] }) => filters.map((round) => Math.max(...Object.values(round.filters))),
  },
  {
    text: "the key of a packet, which filters ask",
    unit: "µs",
    atMost: 1,
    values: ({ filters = [] }) => filters.map(({ key }) => key),
  },
]

export const goals: readonly Goal[] = [
  ...throughput,
  ...sealed,
  ...packets,
  ...cpuTime,
  ...roundTrips,
  ...idle,
  ...watched,
  ...viewers,
  ...page,
  ...ciphers,
  ...decodings,
  ...filters,
  ...intake,
]
