import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { transfer } from "../../../../../testing/transfer.ts"
import { until } from "../../../../../testing/wait.ts"
import { ping } from "../../testing/tunnel-lab.ts"
import type { Carrier } from "../messages.ts"
import { RelayHost } from "../testing/relay-host.ts"
import type { RelayProcessPeer } from "../testing/relay-process.ts"
import { privateKey, publicKey } from "./testing/session-lab.ts"

// Two relays in two namespaces, each with a tun of its own: real sockets of every carrier, real packets.

let a: Namespace
let b: Namespace
beforeAll(async () => {
  a = await createNamespace("a")
  b = await createNamespace("b")
  await connectByVeth(a, b, { v4: ["10.50.0.1/24", "10.50.0.2/24"], v6: ["fd50::1/64", "fd50::2/64"] })
})
afterAll(async () => {
  await a?.delete()
  await b?.delete()
})
const hosts: RelayHost[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
})

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")
const port = 51_820

function optionsOf(kind: Carrier, n: 1 | 2, local: string | null, peer: Partial<RelayProcessPeer> = {}) {
  const ends = { role: "open", local: local === null ? null : { address: local, port } } as const
  return {
    ...{ interface: "wg", mtu: 1420, privateKey: base64(privateKey(n)) },
    transport: { kind, framing: "simpletun", ends, socket: {}, clampMss: false, isHub: true, fallback: false } as const,
    peers: [
      {
        allowed: [`10.60.0.${3 - n}/32`, `fd60::${3 - n}/128`],
        publicKey: base64(publicKey(privateKey(3 - n))),
        ...peer,
      },
    ],
  }
}

async function start(namespace: Namespace, options: ReturnType<typeof optionsOf>, n: 1 | 2): Promise<RelayHost> {
  const host = await RelayHost.start(namespace, options, [`10.60.0.${n}/24`, `fd60::${n}/64`])
  hosts.push(host)
  return host
}

const carriers = [
  { kind: "udp", family: "IPv4", at: "10.50.0.1", any: "0.0.0.0" },
  { kind: "udp", family: "IPv6", at: "fd50::1", any: "::" },
  { kind: "udp", family: "IPv4, a socket of both families", at: "10.50.0.1", any: "::" },
  { kind: "tcp", family: "IPv4", at: "10.50.0.1", any: "0.0.0.0" },
  { kind: "tcp", family: "IPv6", at: "fd50::1", any: "::" },
  { kind: "icmp", family: "IPv4", at: "10.50.0.1", any: "0.0.0.0" },
  { kind: "icmp", family: "IPv6", at: "fd50::1", any: "::" },
] as const

describe.each(carriers)("over $kind, $family", ({ kind, at, any }) => {
  it("the one calls, the other waits: both are up, packets of every size pass, and 10 MB arrive whole", async () => {
    const waiting = await start(a, optionsOf(kind, 1, any), 1)
    const calling = await start(b, optionsOf(kind, 2, null, { remotes: [{ address: at, port }] }), 2)
    await waiting.up(kind)
    await calling.up(kind)
    expect(await ping(a, "10.60.0.2")).toBe(3)
    expect(await ping(b, "fd60::1", "-s", "1372")).toBe(3)
    for (const [from, to, host] of [
      [a, b, "10.60.0.2"],
      [b, a, "fd60::1"],
    ] as const) {
      const { sent, received } = await transfer({ from, to, host, chunks: 10 })
      expect(sent).toHaveLength(10)
      expect(received).toEqual(sent)
    }
  }, 90_000)
})

it("another transport at both ends: the keys stay, and inner connections with them", async () => {
  const waiting = await start(a, optionsOf("udp", 1, "0.0.0.0"), 1)
  const remotes = [{ address: "10.50.0.1", port }]
  const calling = await start(b, optionsOf("udp", 2, null, { remotes }), 2)
  await waiting.up("udp")
  await calling.up("udp")
  const handshakes = (host: RelayHost) => host.told.filter(({ type }) => type === "stamped").length
  const before = [handshakes(waiting), handshakes(calling)]
  for (const kind of ["tcp", "icmp", "udp"] as const) {
    waiting.change({ transport: optionsOf(kind, 1, "0.0.0.0").transport })
    calling.change({ transport: optionsOf(kind, 2, null, { remotes }).transport })
    await waiting.up(kind)
    await calling.up(kind)
    expect(await ping(b, "10.60.0.1")).toBe(3)
    expect(await ping(a, "10.60.0.2")).toBe(3)
  }
  expect([handshakes(waiting), handshakes(calling)]).toEqual(before)
}, 90_000)

it("whose address changes is followed, from its next message on", async () => {
  const waiting = await start(a, optionsOf("udp", 1, "0.0.0.0"), 1)
  const calling = await start(b, optionsOf("udp", 2, null, { remotes: [{ address: "10.50.0.1", port }] }), 2)
  await waiting.up("udp")
  await calling.up("udp")
  expect(await ping(b, "10.60.0.1")).toBe(3)
  await b.exec("ip", ["address", "delete", "10.50.0.2/24", "dev", "veth0"])
  await b.exec("ip", ["address", "add", "10.50.0.7/24", "dev", "veth0"])
  expect(await ping(b, "10.60.0.1")).toBe(3)
  expect(await ping(a, "10.60.0.2")).toBe(3)
  const remote = () => waiting.told.findLast((what) => what.type === "peer")?.remote
  await until(() => remote()?.startsWith("10.50.0.7:"), { what: "word of its address" })
  await b.exec("ip", ["address", "add", "10.50.0.2/24", "dev", "veth0"])
  await b.exec("ip", ["address", "delete", "10.50.0.7/24", "dev", "veth0"])
}, 60_000)
