// What the capture ring costs: the same flow with it off, on and off again, at both ends.
import { defaultCapture, type TunnelCapture } from "@tundeck/shared"
import { createKeyPair } from "../../server/src/engine/testing/wireguard-keys.ts"
import { udp } from "../../testing/peers/udp-stream.ts"
import { clearEnd, type End, engineProcess, modes, startEngine, tunnelOf } from "../contenders/tundeck.ts"
import { wireguardEnd } from "../contenders/tundeck-wireguard.ts"
import { createLab, reachable, type Side } from "../lab.ts"
import { cpuSeconds } from "../measure/processes.ts"
import { tcp } from "../measure/tcp.ts"

const warmUpSeconds = 5
/** Of 100 bytes: what a capture costs, it costs for each packet. */
const small = { size: 100, rate: 50_000 } as const

const keys = { a: createKeyPair(), b: createKeyPair() }
const capturedModes = {
  trains: { end: (side: Side) => clearEnd(side, modes.trains), capture: {} },
  "trains-whole": { end: (side: Side) => clearEnd(side, modes.trains), capture: { snapLength: 0 } },
  single: { end: (side: Side) => clearEnd(side, modes.single), capture: {} },
  udp: { end: (side: Side) => clearEnd(side, modes.udp), capture: {} },
  "wg-udp": { end: (side: Side) => wireguardEnd(side, keys, "udp"), capture: {} },
} as const satisfies Record<string, { end: (side: Side) => End; capture: Partial<TunnelCapture> }>

export type CapturedMode = keyof typeof capturedModes
export const capturedModeNames = Object.keys(capturedModes) as CapturedMode[] // Object.keys forgets the literal type

/** Of one TCP stream, and of small packets at a pace; CPU seconds are those of both engines. */
interface Flow {
  gigabits: number
  cpuPerGigabyte: number
  cpuPerMillion: number
  lost: number
}

export interface CapturedFigures {
  before: Flow
  captured: Flow
  after: Flow
}

export async function capturedTunnel(mode: CapturedMode, turns: number, seconds: number): Promise<CapturedFigures[]> {
  const { end, capture } = capturedModes[mode]
  await using lab = await createLab()
  const engines = { a: await startEngine(lab, "a", end("a")), b: await startEngine(lab, "b", end("b")) }
  const carrier = await reachable(lab, [engineProcess(engines.b), engineProcess(engines.a)])
  const through = { ...lab, address: carrier.address }

  async function turn(enabled: boolean): Promise<void> {
    const wanted = { ...defaultCapture, ...capture, enabled }
    for (const side of ["a", "b"] as const) {
      await engines[side].call("tunnel.start", { ...tunnelOf(end(side)), capture: wanted })
    }
  }

  async function spent<T>(work: () => Promise<T>): Promise<{ cpu: number; result: T }> {
    const before = await cpuSeconds(carrier.pids)
    const result = await work()
    return { cpu: (await cpuSeconds(carrier.pids)) - before, result }
  }

  async function flow(): Promise<Flow> {
    const stream = await spent(() => tcp(through, { seconds }))
    const packets = await spent(() => udp(through, { seconds, ...small }))
    return {
      gigabits: stream.result.gigabits,
      cpuPerGigabyte: stream.cpu / (stream.result.bytes / 1e9),
      cpuPerMillion: packets.cpu / ((small.rate * seconds) / 1e6),
      lost: packets.result.lost,
    }
  }

  try {
    // The code of the ring is compiled, and its memory had, before it is measured.
    await turn(true)
    await tcp(through, { seconds: warmUpSeconds })
    await turn(false)
    await tcp(through, { seconds: 1 })
    const figures: CapturedFigures[] = []
    let after = await flow()
    for (let i = 0; i < turns; i++) {
      const before = after
      await turn(true)
      const captured = await flow()
      await turn(false)
      after = await flow()
      figures.push({ before, captured, after })
    }
    return figures
  } finally {
    await carrier.stop()
  }
}
