import { type InterfaceWanted, interfaceCreate, type TunnelConfig } from "@tundeck/shared"
import { expect, it } from "vitest"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { type PingTrain, pingIntervalMs, startPingTrain } from "../testing/ping-train.ts"
import { median } from "../testing/traffic.ts"
import { answers, calling, createTunnelLab, listening, reaches, type Side } from "../testing/tunnel-lab.ts"

// A peer over what knows no connections is killed and started again, while a ping passes all the time.

const rounds = 20
const ways = carriers
  .filter(({ transport }) => transport.kind !== "tcp")
  .flatMap((carrier) => [
    { carrier, survivor: "calls", ends: { a: calling, b: listening } },
    { carrier, survivor: "listens", ends: { a: listening, b: calling } },
  ])
  .map((way, number) => ({ ...way, id: `way${number}`, number }))

/** All tunnels of one host. */
function wantedAt(side: Side): { interfaces: InterfaceWanted[]; tunnels: TunnelConfig[] } {
  return {
    interfaces: ways.map(({ id, number }) => {
      const addresses = [`10.93.${number}.${side === "a" ? 1 : 2}/24`]
      return { ...interfaceCreate.parse({ mtu: 1400 }), name: id, addresses }
    }),
    tunnels: ways.map(({ carrier, id, number, ends }) =>
      over(carrier, ends[side](side, "v4", { id, interface: id }, 6000 + number)),
    ),
  }
}

it(`killed ${rounds} times, it is there again each time`, { timeout: 600_000 }, async () => {
  await using lab = await createTunnelLab()
  await using a = await startEngineProcess(lab.a)
  await a.call("wanted.set", wantedAt("a"))
  let b: EngineProcess = await startEngineProcess(lab.b)
  await b.call("wanted.set", wantedAt("b"))
  await answers(lab.a, ...ways.map(({ number }) => `10.93.${number}.2`))
  await using trains = new AsyncDisposableStack()
  const pings = await Promise.all(
    ways.map(async ({ number }) => trains.use(await startPingTrain(lab.a, `10.93.${number}.2`))),
  )
  const gaps = ways.map(() => [] as number[])
  for (let round = 0; round < rounds; round++) {
    b.running.signal("SIGKILL")
    await b.stop()
    b = await startEngineProcess(lab.b)
    const begun = performance.now()
    await b.call("wanted.set", wantedAt("b"))
    const isBack = async (ping: PingTrain, i: number) => {
      await ping.returns(2)
      gaps[i]?.push((performance.now() - begun) / pingIntervalMs)
    }
    await Promise.all(pings.map(isBack))
  }
  for (const [i, { carrier, survivor, id }] of ways.entries()) {
    const times = gaps[i] ?? []
    const most = Math.max(...times).toFixed(0)
    console.log(
      `${carrier.name}, who survives ${survivor}: back within ${median(times).toFixed(0)} pings (median), ${most} at most`,
    )
    expect(times).toHaveLength(rounds)
    await reaches(a, "up", { id })
  }
  await b.stop()
})
