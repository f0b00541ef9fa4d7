import { type InterfaceWanted, interfaceCreate, type TunnelConfig } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  inner,
  innerAddresses,
  listening,
  makeInterface,
  ping,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
  tunnelPort,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// Starting, stopping, restarting, and many at once.

let lab: TunnelLab
beforeEach(async () => {
  lab = await createTunnelLab()
})
afterEach(() => lab[Symbol.asyncDispose]())

const sockets = async () => (await lab.a.exec("ss", ["-Htan"])).stdout.trim()

it("SIGTERM leaves no socket, no listener and no interface held", async () => {
  const engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", listening("a"))
  await waitsForPeer(engine)
  await startSimpletun(lab.b, { kind: "tun", connect: "10.8.0.1", addresses: innerAddresses("b") })
  await reaches(engine, "up")
  engine.running.signal("SIGTERM")
  await until(() => engine.running.exited, { what: "the engine to end" })
  expect(engine.output()).toContain("the engine ends")
  // The files of its own two sockets may stay, in a directory that is root's; nobody listens there any more.
  expect((await lab.a.exec("ss", ["-Hxl"])).stdout).not.toContain(engine.socketPath)
  const hasNoCarrier = async () => JSON.stringify(await lab.a.ip("link", "show", "tun0")).includes("NO-CARRIER")
  await until(hasNoCarrier, { what: "the kernel to tell of the carrier's loss" })
  const open = async () =>
    (await sockets()).split("\n").filter((line) => line !== "" && !/^(TIME-WAIT|FIN-WAIT)/.test(line))
  await until(async () => (await open()).length === 0, { what: "the last connection to end" })
  await engine.stop()
})

it("stopped, it listens no longer; started with another port, it is another; started twice the same, it is one", async () => {
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a")
  const config = listening("a")
  await engine.call("tunnel.start", config)
  await waitsForPeer(engine)
  await startSimpletun(lab.b, { kind: "tun", connect: "10.8.0.1", addresses: innerAddresses("b"), noDelay: true })
  await reaches(engine, "up")
  await answers(lab.a, inner.b.v4)
  const { since } = await tunnelOf(engine)

  const again = await engine.call("tunnel.start", { ...config, name: "renamed", autostart: true })
  expect(again).toMatchObject({ state: "up", since })
  expect(await engine.call("tunnel.list", null)).toHaveLength(1)
  expect(await ping(lab.a, inner.b.v4)).toBe(3)

  await engine.call("tunnel.start", listening("a", "v4", {}, tunnelPort + 1))
  await until(async () => (await sockets()).includes(`10.8.0.1:${tunnelPort + 1}`), { what: "the new port" })
  expect(await sockets()).not.toMatch(new RegExp(`LISTEN.*:${tunnelPort}\\b`))
  expect(await engine.call("tunnel.list", null)).toHaveLength(1)

  await engine.call("tunnel.stop", { id: "t" })
  expect(await sockets()).not.toContain("LISTEN")
  expect(await engine.call("tunnel.list", null)).toEqual([])
  expect(await engine.refusal("tunnel.stop", { id: "t" })).toMatchObject({ code: "tunnel-not-found" })

  await engine.call("tunnel.start", config)
  await waitsForPeer(engine)
  expect(await tunnelOf(engine)).toMatchObject({ stats: { outbound: { bytes: 0 }, reconnects: 0 } })
})

it("the same address twice is refused to the second, which takes over when the first stops", async () => {
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a", { name: "one0", addresses: [] })
  await makeInterface(engine, "a", { name: "two0", addresses: [] })
  await engine.call("tunnel.start", listening("a", "v4", { id: "one", interface: "one0" }))
  await waitsForPeer(engine, "one")
  await engine.call("tunnel.start", listening("a", "v4", { id: "two", interface: "two0" }))
  const { reason } = await reaches(engine, "failed", { id: "two" })
  expect(reason?.code).toBe("port-in-use")
  await engine.call("tunnel.stop", { id: "one" })
  await waitsForPeer(engine, "two")
})

it("50 tunnels are wanted at once, carry packets at once, and stop at once", async () => {
  await using a = await startEngineProcess(lab.a)
  await using b = await startEngineProcess(lab.b)
  const numbers = Array.from({ length: 50 }, (_, i) => i)
  const wanted = (side: Side): { interfaces: InterfaceWanted[]; tunnels: TunnelConfig[] } => ({
    interfaces: numbers.map((i) => wish(`many${i}`, `10.100.${i}.${side === "a" ? 1 : 2}/24`)),
    tunnels: numbers.map((i) => {
      const end = side === "a" ? calling : listening
      return end(side, i % 2 === 0 ? "v4" : "v6", { id: `t${i}`, interface: `many${i}` }, 5000 + i)
    }),
  })
  const results = await Promise.all([a.call("wanted.set", wanted("a")), b.call("wanted.set", wanted("b"))])
  expect(results).toEqual([{ failures: [] }, { failures: [] }])
  const areUp = async () => {
    const lists = await Promise.all([a.call("tunnel.list", null), b.call("tunnel.list", null)])
    return lists.flat().filter(({ state }) => state === "up").length === 100
  }
  await until(areUp, { what: "all to be up", timeoutMs: 20_000 })
  await answers(lab.a, "10.100.0.2", "10.100.24.2", "10.100.49.2")
  await Promise.all([a, b].map((engine) => engine.call("wanted.set", { interfaces: [], tunnels: [] })))
  expect(await a.call("tunnel.list", null)).toEqual([])
  expect(await sockets()).not.toMatch(/ESTAB|LISTEN/)
})

function wish(name: string, address: string): InterfaceWanted {
  return { ...interfaceCreate.parse({}), name, addresses: [address] }
}

it("killed with SIGKILL, the next engine takes over the interface, also when it wants no segment trains", async () => {
  const peer = { kind: "tun", addresses: innerAddresses("b"), noDelay: true } as const
  const first = await startEngineProcess(lab.a)
  await makeInterface(first, "a")
  const itsPeer = await startSimpletun(lab.b, peer)
  await first.call("tunnel.start", calling("a"))
  await answers(lab.a, inner.b.v4)
  first.running.signal("SIGKILL")
  await first.stop()
  await until(() => itsPeer.exited, { what: "its peer to end" })
  await using next = await startEngineProcess(lab.a)
  const wanted = { ...interfaceCreate.parse({}), name: "tun0", addresses: innerAddresses("a"), vnetHeader: false }
  await startSimpletun(lab.b, peer)
  await next.call("wanted.set", { interfaces: [wanted], tunnels: [calling("a")] })
  await answers(lab.a, inner.b.v4)
  const { sent, received } = await transfer({ from: lab.a, to: lab.b, host: inner.b.v4, chunks: 5 })
  expect(received).toEqual(sent)
})

it("an ordinary user without any capability runs a tunnel over the interface that is his", async () => {
  const user = 12_345
  for (const line of [`tuntap add dev own0 mode tun user ${user}`, "link set own0 up"])
    await lab.a.exec("ip", line.split(" "))
  for (const address of innerAddresses("a")) await lab.a.exec("ip", ["address", "add", address, "dev", "own0"])
  await using engine = await startEngineProcess(lab.a, { ordinaryUser: user })
  await startSimpletun(lab.b, { kind: "tun", addresses: innerAddresses("b"), noDelay: true })
  await engine.call("tunnel.start", calling("a", "v6", { interface: "own0" }))
  await reaches(engine, "up")
  await answers(lab.a, inner.b.v4, inner.b.v6)
  expect(await ping(lab.b, inner.a.v4)).toBe(3)
})
