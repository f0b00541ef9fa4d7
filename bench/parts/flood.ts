// What a flood of initiations by strangers leaves of a live tunnel: the same flow before, while and after it comes.
import { StaticKey } from "../../server/src/engine/relay/wireguard/noise/keys.ts"
import { strayInitiations } from "../../server/src/engine/relay/wireguard/testing/stray-initiations.ts"
import { startDatagrams } from "../../testing/peers/datagrams.ts"
import { startWireguard } from "../contenders/tundeck-wireguard.ts"
import { createLab, inner, outer } from "../lab.ts"
import { tcp } from "../measure/tcp.ts"

export const floodPerSecond = 20_000

/** Gb/s of one TCP stream towards the host that is flooded. */
export interface FloodFigures {
  before: number
  flooded: number
  after: number
  /** Initiations that were sent in each second, and messages that came back. */
  sent: number
  answered: number
}

export async function floodedTunnel(turns: number, seconds: number): Promise<FloodFigures[]> {
  await using lab = await createLab()
  const { carrier, keys, port } = await startWireguard(lab, "udp")
  try {
    const through = { ...lab, address: inner.a }
    const flow = async () => (await tcp(through, { seconds })).gigabits
    const target = new StaticKey(Buffer.from(keys.a.publicKey, "base64"))
    const datagrams = strayInitiations(target, 2_000)
    await flow() // warms up
    const figures: FloodFigures[] = []
    let after = await flow()
    for (let turn = 0; turn < turns; turn++) {
      const before = after
      const flood = await startDatagrams(lab.b, { address: outer.a, port, perSecond: floodPerSecond, datagrams })
      const flooded = await flow()
      const { sent, answers, seconds: lasted } = await flood.stop()
      after = await flow()
      figures.push({ before, flooded, after, sent: sent / lasted, answered: answers / lasted })
    }
    return figures
  } finally {
    await carrier.stop()
  }
}
