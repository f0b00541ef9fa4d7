import { expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { connectWire } from "../../../../testing/peers/wire.ts"
import { until } from "../../../../testing/wait.ts"
import { startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  createTunnelLab,
  type Family,
  inner,
  innerAddresses,
  listening,
  makeInterface,
  outer,
  ping,
  reaches,
  type TunnelLab,
  tunnelOf,
  tunnelPort,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// R10: a listening clear-text tunnel takes one caller only.

const stranger = { v4: "10.8.0.9", v6: "fd08::9" } as const

async function callAs(lab: TunnelLab, family: Family): Promise<string> {
  const prefix = family === "v4" ? 24 : 64
  // Deprecated, so that nobody else takes it for his source.
  const lifetime = family === "v6" ? ["preferred_lft", "0", "nodad"] : []
  await lab.b.exec("ip", ["address", "replace", `${stranger[family]}/${prefix}`, "dev", "veth0", ...lifetime])
  const bracketed = (host: string) => (host.includes(":") ? `[${host}]` : host)
  const to = `TCP${family === "v4" ? 4 : 6}:${bracketed(outer.a[family])}:${tunnelPort},bind=${bracketed(stranger[family])}`
  // Ends when the other side has closed.
  const { stdout } = await lab.b.exec("socat", ["-u", "-T5", to, "STDOUT"], { mayFail: true })
  return stdout
}

it.each(["v4", "v6"] as const)("IP%s: another address is turned away and told; the peer gets in", async (family) => {
  await using lab = await createTunnelLab()
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a")
  // Also where IPv4 callers come to an IPv6 socket.
  const config = listening("a", family)
  await engine.call("tunnel.start", { ...config, transport: { ...config.transport, listen: `[::]:${tunnelPort}` } })
  await waitsForPeer(engine)
  expect(await callAs(lab, family)).toBe("")
  const told = () => engine.events.filter(({ text }) => text.includes(`a caller from ${stranger[family]}`))
  await until(() => told().length > 0, { what: "the event" })
  expect(told()[0]).toMatchObject({ severity: "warning", subject: "tunnel t" })
  expect(await tunnelOf(engine)).toMatchObject({ state: "connecting", reason: { code: "waiting-for-peer" } })

  await startSimpletun(lab.b, { kind: "tun", connect: outer.a[family], addresses: innerAddresses("b"), noDelay: true })
  await reaches(engine, "up")
  await answers(lab.a, inner.b.v4)
  expect(await callAs(lab, family).catch(() => "")).toBe("")
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  expect(await tunnelOf(engine)).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  // A stranger who calls again and again does not fill the time line.
  expect(told()).toHaveLength(1)
})

it("a second call of the peer replaces the first: it has restarted", async () => {
  await using lab = await createTunnelLab()
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", listening("a"))
  await waitsForPeer(engine)
  await using first = await wire(lab)
  await reaches(engine, "up")
  await startSimpletun(lab.b, { kind: "tun", connect: outer.a.v4, addresses: innerAddresses("b"), noDelay: true })
  await until(() => first.peer.closed, { what: "the first connection to end" })
  await answers(lab.a, inner.b.v4)
  expect(await tunnelOf(engine)).toMatchObject({ state: "up", stats: { reconnects: 1 } })
})

async function wire(lab: TunnelLab) {
  const peer = await connectWire(lab.b, { host: outer.a.v4, port: tunnelPort })
  return { peer, [Symbol.asyncDispose]: () => peer.close() }
}
