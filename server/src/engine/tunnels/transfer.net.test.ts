import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { transfer } from "../../../../testing/transfer.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { healWire, loseOnWire } from "../testing/lossy-wire.ts"
import {
  answers,
  calling,
  createTunnelLab,
  type Family,
  listening,
  makeInterface,
  type Side,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// A file over everything that a tunnel may go over, hashed at both ends; all tunnels stand at once.

const megabytes = 100
/** Where the host's congestion control takes each loss for a full queue, a lossy wire takes its time. */
const timeout = 120_000

const ways = carriers
  .flatMap((carrier) => (["tun", "tap"] as const).map((kind) => ({ carrier, kind })))
  .flatMap((way) => (["v4", "v6"] as const).map((family) => ({ ...way, family })))
  .map((way, number) => ({ ...way, number, name: `${way.carrier.name}, ${way.kind}, IP${way.family}` }))
type Way = (typeof ways)[number]

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess

const idOf = ({ number }: Way) => `way${number}`
const addressOf = ({ number }: Way, side: Side) => `10.90.${number}.${side === "a" ? 1 : 2}`

beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  for (const way of ways) {
    await open(way, b, "b", listening)
    await open(way, a, "a", calling)
  }
  await answers(lab.a, ...ways.map((way) => addressOf(way, "b")))
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

async function open(way: Way, engine: EngineProcess, side: Side, end: typeof calling): Promise<void> {
  const { carrier, kind, number } = way
  const family: Family = way.family
  const addresses = [`${addressOf(way, side)}/24`]
  const name = await makeInterface(engine, side, { name: idOf(way), kind, mtu: carrier.mtu, addresses })
  await engine.call("tunnel.start", over(carrier, end(side, family, { id: idOf(way), interface: name }, 7000 + number)))
}

async function carry(way: Way, from: Side): Promise<void> {
  const to = from === "a" ? "b" : "a"
  const host = addressOf(way, to)
  const { sent, received } = await transfer({
    from: lab[from],
    to: lab[to],
    host,
    chunks: megabytes,
    timeoutMs: timeout,
  })
  expect(sent).toHaveLength(megabytes)
  expect(received).toEqual(sent)
  for (const engine of [a, b]) {
    const { state, stats } = await tunnelOf(engine, idOf(way))
    expect({ state, reconnects: stats.reconnects, inbound: stats.inbound.dropped }).toEqual({
      state: "up",
      reconnects: 0,
      inbound: 0,
    })
  }
}

it.each(ways)(`${megabytes} MB arrive as they were sent: $name`, { timeout }, (way) => carry(way, "a"))

describe("on a wire that loses 3 % of the packets both ways", () => {
  const fewest = { a: (ways.length * megabytes * 1e6 * 0.02) / 1500, b: 100 }
  beforeAll(async () => {
    for (const side of [lab.a, lab.b]) await loseOnWire(side, 3)
  })
  afterAll(async () => {
    expect(await healWire(lab.a)).toBeGreaterThan(fewest.a)
    expect(await healWire(lab.b)).toBeGreaterThan(fewest.b)
  })

  it.each(ways)(`${megabytes} MB arrive as they were sent: $name`, { timeout }, (way) => carry(way, "b"))
})
