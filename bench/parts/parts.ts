// What is measured beside the carriers, each into its place in the run.
import type { Run } from "../run-record.ts"
import { type CapturedMode, capturedModeNames, capturedTunnel } from "./captured.ts"
import { packetCiphers } from "./ciphers.ts"
import { decodings } from "./decoding.ts"
import { filterFigures, rowCount } from "./filters.ts"
import { floodedTunnel, floodPerSecond } from "./flood.ts"
import { answeredHandshakes } from "./handshakes.ts"
import { idleTunnels } from "./idle.ts"
import { pageDelays } from "./page.ts"
import { crowd, crowdedTunnel, crowdPace } from "./viewers.ts"
import { watchedTunnel } from "./watched.ts"

export interface Part {
  id: string
  what: string
  perform(run: Run): Promise<void>
}

const manyTunnels = 1000
const idleSeconds = 20
const handshakeSeconds = 5

function idle(kind: "tcp" | "udp"): Part {
  return {
    id: `idle-${kind}`,
    what: `1,000 configured, connected, idle tunnels over ${kind.toUpperCase()}: CPU and memory`,
    async perform(run) {
      run.idle[kind] = [await idleTunnels(kind, manyTunnels, idleSeconds)]
    },
  }
}

function watched(mode: "trains" | "udp"): Part {
  return {
    id: `watched-${mode}`,
    what: `a tunnel (${mode}) that one viewer watches, and the same unwatched, in turns`,
    async perform(run) {
      run.watched[mode] = await watchedTunnel(mode, run.rounds, run.seconds)
    },
  }
}

function captured(mode: CapturedMode): Part {
  return {
    id: `captured-${mode}`,
    what: `a tunnel (${mode}) whose packets are captured at both ends, and the same without, in turns`,
    async perform(run) {
      run.captured ??= {}
      run.captured[mode] = await capturedTunnel(mode, run.rounds, run.seconds)
    },
  }
}

const viewers: Part = {
  id: "viewers",
  what: `a tunnel at ${crowdPace.rate.toLocaleString("en")} packets a second that nobody, one and ${crowd.viewers} watch`,
  async perform(run) {
    run.viewers = await crowdedTunnel(run.rounds, run.seconds)
  },
}

const page: Part = {
  id: "page",
  what: "a quiet tunnel whose packets Chromium shows: how soon a row is drawn",
  async perform(run) {
    run.page = await pageDelays(run.rounds)
  },
}

const ciphers: Part = {
  id: "ciphers",
  what: "sealing and opening one packet",
  async perform(run) {
    run.ciphers = []
    for (let round = 0; round < run.rounds; round++) run.ciphers.push(await packetCiphers())
  },
}

const handshakes: Part = {
  id: "handshakes",
  what: "handshakes that one engine answers, of 1,000 peers that call at once",
  async perform(run) {
    run.handshakes = []
    for (let round = 0; round < run.rounds; round++) run.handshakes.push(await answeredHandshakes(handshakeSeconds))
  },
}

const flood: Part = {
  id: "flood",
  what: `a tunnel under ${floodPerSecond.toLocaleString("en")} initiations a second by strangers, and left alone, in turns`,
  async perform(run) {
    run.flood = await floodedTunnel(run.rounds, run.seconds)
  },
}

const decoding: Part = {
  id: "decoding",
  what: "summary and field tree of one packet",
  async perform(run) {
    run.decodings = []
    for (let round = 0; round < run.rounds; round++) run.decodings.push(decodings())
  },
}

const filters: Part = {
  id: "filters",
  what: `the key of a packet, and filters over ${rowCount.toLocaleString("en")} rows`,
  async perform(run) {
    run.filters = []
    for (let round = 0; round < run.rounds; round++) run.filters.push(filterFigures())
  },
}

export const parts: readonly Part[] = [
  ...[idle("tcp"), idle("udp"), watched("trains"), watched("udp"), viewers, page],
  ...capturedModeNames.map(captured),
  ...[ciphers, decoding, filters, handshakes, flood],
]
