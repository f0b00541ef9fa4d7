// How many handshakes one engine answers that all its peers begin at once.
import { createKeyPair } from "../../server/src/engine/testing/wireguard-keys.ts"
import { startEngine } from "../contenders/tundeck.ts"
import { createLab, outer } from "../lab.ts"
import { Initiators } from "../measure/initiators.ts"
import { cpuSeconds } from "../measure/processes.ts"

export interface HandshakeFigures {
  /** Of each second: initiations sent, and those that were answered with a response. */
  sent: number
  answered: number
  /** Seconds of one core that the engine used in each second. */
  cpu: number
}

const port = 51_820
const peerCount = 1_000
const addressCount = 200
/** More than are ever answered: the engine is to choose. */
const perSecond = 5_000
const warmUpSeconds = 2

export async function answeredHandshakes(seconds: number): Promise<HandshakeFigures> {
  await using lab = await createLab()
  const ours = createKeyPair()
  const keys = Array.from({ length: peerCount }, createKeyPair)
  const from = Array.from({ length: addressCount }, (_, i) => `192.0.2.${i + 20}`)
  for (const address of from) await lab.b.exec("ip", ["address", "add", `${address}/24`, "dev", "veth0"])
  await using engine = await startEngine(lab, "a", {
    mtu: 1420,
    transport: { kind: "udp", listen: `${outer.a}:${port}` },
    security: {
      kind: "wireguard",
      privateKey: ours.privateKey,
      peers: keys.map(({ publicKey }, i) => ({
        name: `peer${i}`,
        publicKey,
        allowedIps: [`10.78.${i >> 8}.${i & 255}/32`],
        keepaliveSeconds: 0,
        enabled: true,
      })),
    },
  })
  const to = { address: outer.a, port }
  const initiations = Math.ceil(((seconds + warmUpSeconds) * perSecond) / peerCount)
  using initiators = new Initiators(lab.b, { keys, publicKey: ours.publicKey, from, to, initiations })
  await initiators.call(perSecond, warmUpSeconds)
  const pids = [engine.running.pid]
  const before = await cpuSeconds(pids)
  const { sent, responses } = await initiators.call(perSecond, seconds)
  const cpu = (await cpuSeconds(pids)) - before
  return { sent: sent / seconds, answered: responses / seconds, cpu: cpu / seconds }
}
