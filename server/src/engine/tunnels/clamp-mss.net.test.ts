import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  type Family,
  inner,
  listening,
  makeInterface,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// Inner TCP connections through interfaces whose MTU is above what the transport carries in one piece. One end clamps, for
// both directions.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  const input = `table inet offers {
    set seen { typeof tcp option maxseg size; flags dynamic; size 16; }
    chain in { type filter hook prerouting priority 0; iifname net0 tcp flags & syn == syn add @seen { tcp option maxseg size } ; }
  }`
  for (const side of [lab.a, lab.b]) await side.exec("nft", ["-f", "-"], { input })
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

/** The segment sizes that were offered to a host since the last time. */
async function offersTo(side: Namespace): Promise<number[]> {
  const { stdout } = await side.exec("nft", ["list", "set", "inet", "offers", "seen"])
  await side.exec("nft", ["flush", "set", "inet", "offers", "seen"])
  const elements = /elements = \{([^}]*)\}/.exec(stdout)?.[1] ?? ""
  return elements.split(",").map(Number)
}

/** Connects from one host to the other; answers the one segment size that each was offered. */
async function connect(family: Family): Promise<number[]> {
  const host = family === "v4" ? inner.b.v4 : `[${inner.b.v6}]`
  const version = family === "v4" ? "4" : "6"
  const listener = lab.b.spawn("socat", ["-u", `TCP${version}-LISTEN:7300,bind=${host},reuseaddr`, "OPEN:/dev/null"])
  const listens = async () => (await lab.b.exec("ss", ["-Hltn", "sport = :7300"])).stdout
  await until(listens, { what: "socat to listen" })
  await lab.a.exec("socat", ["-u", "OPEN:/dev/null", `TCP${version}:${host}:7300`])
  await listener.stop()
  const offers = [await offersTo(lab.a), await offersTo(lab.b)]
  expect(offers.map(({ length }) => length)).toEqual([1, 1])
  return offers.flat()
}

const ways = carriers.flatMap((carrier) => (["tun", "tap"] as const).map((kind) => ({ carrier, kind })))

describe.each(ways.map((way) => ({ ...way, name: `${way.carrier.name}, ${way.kind}` })))(
  "$name",
  ({ carrier, kind }) => {
    // A simpletun peer takes 2,000 bytes.
    const mtu = carrier.transport.kind === "tcp" ? 4000 : 1500
    const start = (clampMss: boolean) => {
      const config = over(carrier, calling("a", "v4", { interface: "net0" }))
      return a.call("tunnel.start", { ...config, transport: { ...config.transport, clampMss } })
    }
    beforeAll(async () => {
      for (const [engine, side] of [
        [a, "a"],
        [b, "b"],
      ] as const) {
        await makeInterface(engine, side, { name: "net0", kind, mtu })
      }
      await b.call("tunnel.start", over(carrier, listening("b", "v4", { interface: "net0" })))
    })
    afterAll(async () => {
      for (const engine of [a, b]) {
        await engine.call("tunnel.stop", { id: "t" })
        await engine.call("interface.delete", { name: "net0" })
      }
    })

    it.each([
      { family: "v4", headers: 40 },
      { family: "v6", headers: 60 },
    ] as const)("inner IP$family: segments fit, when that is asked for", async ({ family, headers }) => {
      await start(false)
      await answers(lab.a, inner.b[family])
      expect(await connect(family)).toEqual([mtu - headers, mtu - headers])
      await start(true)
      await answers(lab.a, inner.b[family])
      const { largestPacket } = await tunnelOf(a)
      const fits = Math.min(mtu, largestPacket ?? Number.NaN) - headers
      // Of a path that is told over tap, four bytes are for a VLAN tag, which these frames do not have.
      for (const offer of await connect(family)) expect([fits, fits + (kind === "tap" ? 4 : 0)]).toContain(offer)
    })
  },
)
