// Ours, in each mode.
import { interfaceCreate, type Transport, type TunnelConfig } from "@tundeck/shared"
import { type EngineProcess, startEngineProcess } from "../../server/src/engine/testing/engine-process.ts"
import { startSimpletun } from "../../testing/peers/simpletun.ts"
import { type Contender, inner, type Lab, other, outer, reachable, type Side } from "../lab.ts"

export interface Mode {
  transport: Pick<Transport, "kind" | "framing">
  mtu: number
  vnetHeader?: boolean
}

export const modes = {
  simpletun: { transport: { kind: "tcp" }, mtu: 1500 },
  single: { transport: { kind: "tcp" }, mtu: 1500, vnetHeader: false },
  trains: { transport: { kind: "tcp", framing: "trains" }, mtu: 1500 },
  // What the wire's 1,500 bytes leave beside the headers of IPv4 and UDP, or ICMP and ours.
  udp: { transport: { kind: "udp" }, mtu: 1472 },
  icmp: { transport: { kind: "icmp" }, mtu: 1464 },
} as const satisfies Record<string, Mode>

const port = 55_555

/** The transport of one side: `a` listens, `b` calls. */
export function transportOf(side: Side, { transport }: Mode, at = port): Transport {
  const endpoint = `${outer.a}:${at}`
  return side === "a" ? { ...transport, listen: endpoint, peer: outer[other.a] } : { ...transport, connect: endpoint }
}

export interface End extends Pick<TunnelConfig, "transport" | "security"> {
  mtu: number
  vnetHeader?: boolean
  env?: Record<string, string> | undefined
}

/** An engine with one tunnel. */
export async function startEngine(lab: Lab, side: Side, end: End): Promise<EngineProcess> {
  const { mtu, vnetHeader = true, env = {} } = end
  const engine = await startEngineProcess(lab[side], { env })
  const wish = { name: "tun0", addresses: [`${inner[side]}/24`], mtu, vnetHeader }
  await engine.call("interface.create", interfaceCreate.parse(wish))
  await engine.call("tunnel.start", tunnelOf(end))
  return engine
}

/** The one tunnel of such an engine. */
export function tunnelOf({ transport, security }: End): TunnelConfig {
  return { id: "bench", name: "bench", interface: "tun0", transport, security, autostart: false }
}

/** Listening at `a` or calling from `b`, in clear text. */
export function clearEnd(side: Side, mode: Mode): End {
  return { ...mode, transport: transportOf(side, mode), security: { kind: "none" } }
}

const startClear = (lab: Lab, side: Side, mode: Mode, env?: Record<string, string>): Promise<EngineProcess> =>
  startEngine(lab, side, { ...clearEnd(side, mode), env })

export const engineProcess = ({ running: { pid }, stop }: EngineProcess) => ({ pid, stop })

function tundeck(id: string, name: string, what: string, mode: Mode): Contender {
  return {
    id,
    name,
    what,
    async start(lab, env) {
      const a = await startClear(lab, "a", mode, env)
      const b = await startClear(lab, "b", mode, env)
      return reachable(lab, [engineProcess(b), engineProcess(a)])
    },
  }
}

export const ours = [
  tundeck("simpletun", "Tundeck, TCP", "simpletun frames, as a tunnel is made by default", modes.simpletun),
  tundeck(
    "single",
    "Tundeck, TCP, single packets",
    "simpletun frames, the virtio header off: one read and one write a packet",
    modes.single,
  ),
  tundeck("trains", "Tundeck, TCP, trains", "framed segment trains, up to 64 KB a frame", modes.trains),
  tundeck("udp", "Tundeck, UDP", "one packet a datagram", modes.udp),
  tundeck("icmp", "Tundeck, ICMP", "one packet an echo message", modes.icmp),
] as const

export const towardsC: Contender = {
  id: "to-c",
  name: "Tundeck towards C",
  what: "ours at one end, the C program with TCP_NODELAY at the other",
  async start(lab) {
    const a = await startSimpletun(lab.a, { kind: "tun", noDelay: true, addresses: [`${inner.a}/24`] })
    const b = await startClear(lab, "b", modes.simpletun)
    return reachable(lab, [engineProcess(b), a])
  },
}
