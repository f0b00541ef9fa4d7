// Two engines with a wireguard tunnel over udp, and a stranger at the second one's address who has seen all that passed.
import type { TunnelConfig } from "@tundeck/shared"
import { PacketSocket } from "../../../../native-bindings/src/testing/packet-socket.ts"
import { StaticKey } from "../relay/wireguard/noise/keys.ts"
import type { HostileMaterial } from "../relay/wireguard/testing/hostile.ts"
import { type EngineProcess, startEngineProcess } from "./engine-process.ts"
import { inside } from "./icmp-lab.ts"
import {
  answers,
  createTunnelLab,
  inner,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  waitsForPeer,
} from "./tunnel-lab.ts"
import { createKeyPair, type KeyPair } from "./wireguard-keys.ts"

export const besiegedPort = 51_820

export interface BesiegedTunnel extends AsyncDisposable {
  readonly lab: TunnelLab
  /** Whom the stranger attacks. */
  readonly a: EngineProcess
  readonly b: EngineProcess
  readonly material: HostileMaterial
}

export async function startBesiegedTunnel({ collectGarbage = false } = {}): Promise<BesiegedTunnel> {
  const keys = { a: createKeyPair(), b: createKeyPair() }
  const lab = await createTunnelLab()
  const engines: EngineProcess[] = []
  const dispose = async () => {
    for (const engine of engines) await engine.stop()
    await lab[Symbol.asyncDispose]()
  }
  const start = async (side: "a" | "b") => {
    const engine = await startEngineProcess(lab[side], { collectGarbage: collectGarbage && side === "a" })
    engines.push(engine)
    await makeInterface(engine, side, { mtu: 1420 })
    return engine
  }
  try {
    const a = await start("a")
    const b = await start("b")
    const [link] = await lab.a.ip("link", "show", "veth0")
    const ear = inside(lab.a, () => new PacketSocket(Number(link?.ifindex)))
    await a.call("tunnel.start", tunnel(keys.a, keys.b, inner.b.v4))
    await waitsForPeer(a)
    await b.call("tunnel.start", tunnel(keys.b, keys.a, inner.a.v4, `${outer.a.v4}:${besiegedPort}`))
    await reaches(b, "up")
    await answers(lab.b, inner.a.v4)
    const target = new StaticKey(Buffer.from(keys.a.publicKey, "base64"))
    return { lab, a, b, material: { target, fresh: [], ...overhear(ear) }, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

function tunnel(own: KeyPair, other: KeyPair, host: string, endpoint?: string): TunnelConfig {
  const peer = { name: "other", publicKey: other.publicKey, allowedIps: [`${host}/32`], keepaliveSeconds: 0 }
  return {
    ...{ id: "t", name: "t", interface: "tun0", autostart: false },
    transport: { kind: "udp", listen: `0.0.0.0:${besiegedPort}` },
    security: {
      kind: "wireguard",
      privateKey: own.privateKey,
      peers: [{ ...peer, enabled: true, ...(endpoint && { endpoint }) }],
    },
  }
}

/** The messages on the wire so far. */
function overhear(ear: PacketSocket): Pick<HostileMaterial, "stale" | "reflected"> {
  const [virtio, ethernet, ip, udp] = [10, 14, 20, 8]
  const all = { stale: [] as Uint8Array[], reflected: [] as Uint8Array[] }
  for (let next = ear.receive(); next !== undefined; next = ear.receive()) {
    const { headerAndPacket: bytes, etherType } = next
    if (etherType !== 0x0800) continue
    const packet = bytes.subarray(virtio + ethernet)
    if (packet[9] !== 17) continue // RFC 768: UDP
    const isToUs = packet.subarray(16, 20).join(".") === outer.a.v4
    all[isToUs ? "stale" : "reflected"].push(packet.slice(ip + udp))
  }
  ear.close()
  return all
}
