import { expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { iperf, median } from "../testing/traffic.ts"
import {
  answers,
  calling,
  createTunnelLab,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// Four tunnels over one wire, in turns; the two that are judged three times. Only their ratio within one run says
// something: the machine may be slow or busy.

const tunnels = [
  { id: "trains", us: "both", vnetHeader: true, network: 1, isJudged: true },
  { id: "plain", us: "both", vnetHeader: false, network: 2, isJudged: false },
  { id: "mixed", us: "a", vnetHeader: true, network: 3, isJudged: false },
  { id: "c", us: "none", vnetHeader: false, network: 4, isJudged: true },
] as const
type Tunnel = (typeof tunnels)[number]

const addressOf = ({ network }: Tunnel, side: "a" | "b") => `10.9${network}.0.${side === "a" ? 1 : 2}`
const gigabits = (rate: number) => `${(rate / 1e9).toFixed(2)} Gb/s`

async function connect(lab: TunnelLab, a: EngineProcess, b: EngineProcess, tunnel: Tunnel): Promise<void> {
  const { id, us, vnetHeader, network } = tunnel
  const name = `${id}0`
  const port = 6000 + network
  const addresses = (side: "a" | "b") => [`${addressOf(tunnel, side)}/24`]
  const change = { id, interface: name }
  if (us === "both") {
    await makeInterface(b, "b", { name, vnetHeader, addresses: addresses("b") })
    await b.call("tunnel.start", listening("b", "v4", change, port))
    await waitsForPeer(b, id)
  } else await startSimpletun(lab.b, { kind: "tun", name, port, addresses: addresses("b"), noDelay: true })
  if (us === "none") {
    const connect = "10.8.0.2"
    await startSimpletun(lab.a, { kind: "tun", name, port, connect, addresses: addresses("a"), noDelay: true })
  } else {
    await makeInterface(a, "a", { name, vnetHeader, addresses: addresses("a") })
    await a.call("tunnel.start", calling("a", "v4", change, port))
    await reaches(a, "up", { id })
  }
  await answers(lab.a, addressOf(tunnel, "b"))
}

it("two of ours carry at least 2.5 times what two C peers with TCP_NODELAY carry", async () => {
  await using lab = await createTunnelLab()
  await using a = await startEngineProcess(lab.a)
  await using b = await startEngineProcess(lab.b)
  for (const tunnel of tunnels) await connect(lab, a, b, tunnel)
  const rates = new Map<string, number[]>(tunnels.map(({ id }) => [id, []]))
  for (let turn = 0; turn < 3; turn++) {
    for (const tunnel of turn === 0 ? tunnels : tunnels.filter(({ isJudged }) => isJudged)) {
      const rate = await iperf({ from: lab.a, to: lab.b, host: addressOf(tunnel, "b"), seconds: 2 })
      rates.get(tunnel.id)?.push(rate)
    }
  }
  const of = (id: Tunnel["id"]) => median(rates.get(id) ?? [])
  const ratio = of("trains") / of("c")
  console.log(`ratio ${ratio.toFixed(1)}: two of ours ${gigabits(of("trains"))}, two C peers ${gigabits(of("c"))}`)
  console.log(`without trains ${(of("plain") / of("c")).toFixed(1)}: ${gigabits(of("plain"))}`)
  console.log(`ours towards a C peer ${(of("mixed") / of("c")).toFixed(1)}: ${gigabits(of("mixed"))}`)
  expect(ratio).toBeGreaterThanOrEqual(2.5)
})
