// Who is measured. Each takes the same two hosts, and leaves them as it found them.
import { startEngineProcess } from "../server/src/engine/testing/engine-process.ts"
import { startSimpletun } from "../testing/peers/simpletun.ts"
import { addTun, type Contender, deleteTun, inner, type Lab, outer, untilReachable } from "./lab.ts"
import { rivals } from "./rivals.ts"

const wire: Contender = {
  name: "veth alone",
  what: "the wire itself, without any tunnel: the limit",
  start: async () => ({ address: outer.a, pids: [], stop: async () => {} }),
}

function simpletun(name: string, what: string, noDelay: boolean): Contender {
  return {
    name,
    what,
    async start(lab) {
      const common = { kind: "tun", noDelay } as const
      const a = await startSimpletun(lab.a, { ...common, addresses: [`${inner.a}/24`] })
      const b = await startSimpletun(lab.b, { ...common, addresses: [`${inner.b}/24`], connect: outer.a })
      await untilReachable(lab, inner.a)
      return {
        address: inner.a,
        pids: [a.pid, b.pid],
        async stop() {
          await b.stop()
          await a.stop()
          await deleteTun(lab.a)
          await deleteTun(lab.b)
        },
      }
    },
  }
}

interface OurSide {
  peer: "a" | "b"
  transport: { kind: "tcp"; listen: string; peer: string } | { kind: "tcp"; connect: string }
}

/** One engine on one host, over an interface that exists. */
async function engine(lab: Lab, own: "a" | "b", transport: OurSide["transport"], vnetHeader: boolean) {
  await addTun(lab[own], inner[own])
  const process = await startEngineProcess(lab[own])
  const wanted = {
    name: "tun0",
    kind: "tun",
    persistent: true,
    owner: null,
    group: null,
    packetInfo: false,
    vnetHeader,
    multiQueue: false,
    mtu: 1500,
    mac: null,
    addresses: [`${inner[own]}/24`],
    routes: [],
    bridge: null,
    up: true,
    heal: false,
    ignoreDrift: [],
  } as const
  await process.call("interface.manage", { ...wanted, addresses: [...wanted.addresses], routes: [], ignoreDrift: [] })
  await process.call("tunnel.start", {
    id: "bench",
    name: "bench",
    interface: "tun0",
    transport,
    security: { kind: "none" },
    autostart: false,
  })
  return process
}

function tundeck(name: string, what: string, vnetHeader: boolean): Contender {
  return {
    name,
    what,
    async start(lab) {
      const listen = { kind: "tcp", listen: `${outer.a}:55555`, peer: outer.b } as const
      const a = await engine(lab, "a", listen, vnetHeader)
      const b = await engine(lab, "b", { kind: "tcp", connect: `${outer.a}:55555` }, vnetHeader)
      await untilReachable(lab, inner.a)
      return {
        address: inner.a,
        pids: [a.running.pid, b.running.pid],
        async stop() {
          await b.stop()
          await a.stop()
          await deleteTun(lab.a)
          await deleteTun(lab.b)
        },
      }
    },
  }
}

export const reference = "simpletun, C"

export const contenders: readonly Contender[] = [
  wire,
  simpletun(reference, "the tutorial's program in C, select loop, with TCP_NODELAY", true),
  simpletun("simpletun, C, as published", "the same with two small writes per frame under Nagle's algorithm", false),
  tundeck(
    "Tundeck, single packets",
    "simpletun frames, the virtio header off: one read and one write per packet",
    false,
  ),
  ...rivals,
  tundeck("Tundeck", "simpletun frames, as an interface is made by default: segment trains on the device side", true),
]
