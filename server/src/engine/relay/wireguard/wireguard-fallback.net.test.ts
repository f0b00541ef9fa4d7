import { once } from "node:events"
import { createServer } from "node:net"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { enterNamespace } from "../../../../../native-bindings/src/testing/inside.ts"
import type { Namespace } from "../../../../../testing/namespace.ts"
import { peerWith, type WireGuardEnd } from "./testing/wireguard-end.ts"
import { WireGuardLab } from "./testing/wireguard-lab.ts"

// A wire on which UDP is lost, and heals: in a namespace whose loopback has a rule, under a clock that the test moves.

let namespace: Namespace
let lab: WireGuardLab
beforeAll(async () => {
  namespace = await enterNamespace("fallback")
  await namespace.exec("nft", ["add", "table", "inet", "wire"])
  await namespace.exec("nft", ["add", "chain", "inet", "wire", "in", "{ type filter hook input priority 0; }"])
})
afterAll(() => namespace.delete())
beforeEach(() => {
  lab = new WireGuardLab()
})
afterEach(() => lab.close())

async function loseUdp(isLost: boolean): Promise<void> {
  await namespace.exec("nft", ["flush", "chain", "inet", "wire", "in"])
  if (isLost) await namespace.exec("nft", ["add", "rule", "inet", "wire", "in", "meta", "l4proto", "udp", "drop"])
}

const carriers = (end: WireGuardEnd) =>
  end.told.flatMap((what) => (what.type === "peer" && what.remote !== null ? [what.carrier] : []))

function pair() {
  const where = lab.local()
  const listener = lab.open({ kind: "udp", key: 1, local: where, peers: [peerWith(2)], fallback: true })
  const remotes = [where]
  const caller = lab.open({ kind: "udp", key: 2, peers: [peerWith(1, { remotes })], fallback: true })
  return { where, listener, caller }
}

it("who cannot be reached over udp is reached over tcp after ten seconds, and over udp again when that heals", async () => {
  await loseUdp(true)
  const { listener, caller } = pair()
  await lab.pass(9_000)
  expect(caller.isUp()).toBe(false)
  await lab.pass(8_000)
  await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  expect([carriers(listener), carriers(caller)]).toEqual([["tcp"], ["tcp"]])
  expect(caller.states).toEqual(["connecting", "up"])
  await lab.passes(caller, listener)
  await lab.passes(listener, caller)

  // It is tried, and the tunnel does not suffer from that.
  for (let minute = 0; minute < 2; minute++) {
    await lab.pass(60_000)
    await lab.passes(caller, listener)
    await lab.passes(listener, caller)
  }
  expect(new Set([...carriers(listener), ...carriers(caller)])).toEqual(new Set(["tcp"]))
  expect(caller.states).toEqual(["connecting", "up"])

  await loseUdp(false)
  await lab.pass(62_000)
  await lab.passes(caller, listener)
  await lab.passes(listener, caller)
  expect(carriers(caller).at(-1)).toBe("udp")
  await lab.pass(2_000)
  expect(carriers(listener).at(-1)).toBe("udp")
  expect([caller.verdicts.dropped, listener.verdicts.dropped]).toEqual([0, 0])
  for (const end of [listener, caller]) expect(end.states).toEqual(["connecting", "up"])
}, 60_000)

it("a tunnel that is up goes over to tcp when udp fails, and comes back", async () => {
  await loseUdp(false)
  const { listener, caller } = pair()
  await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  expect(carriers(caller)).toEqual(["udp"])
  await loseUdp(true)
  for (let seconds = 0; seconds < 45 && carriers(caller).at(-1) !== "tcp"; seconds++) {
    caller.send([{ bytes: packetBytes() }])
    await lab.pass(1_000)
  }
  expect(carriers(caller).at(-1)).toBe("tcp")
  await lab.passes(caller, listener)
  await lab.passes(listener, caller)
  await loseUdp(false)
  await lab.pass(40_000)
  await lab.passes(caller, listener)
  expect(carriers(caller).at(-1)).toBe("udp")
}, 60_000)

it("where tcp is refused as well, udp is tried on", async () => {
  await loseUdp(true)
  const where = lab.local()
  const caller = lab.open({ kind: "udp", key: 2, peers: [peerWith(1, { remotes: [where] })], fallback: true })
  await lab.pass(40_000)
  expect(caller.lastReason?.code).toBe("no-handshake")
  await loseUdp(false)
  const listener = lab.open({ kind: "udp", key: 1, local: where, peers: [peerWith(2)] })
  await lab.pass(8_000)
  await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  expect(carriers(caller)).toEqual(["udp"])
}, 60_000)

it("a tcp port that is in use is told once, and once that it is free; over udp the tunnel is up meanwhile", async () => {
  await loseUdp(false)
  const where = lab.local()
  const holder = createServer().listen(where.port, where.address)
  await once(holder, "listening")
  const listener = lab.open({ kind: "udp", key: 1, local: where, peers: [peerWith(2)], fallback: true })
  const caller = lab.open({ kind: "udp", key: 2, peers: [peerWith(1, { remotes: [where] })] })
  await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  await lab.pass(10_000)
  const told = () => listener.told.flatMap((what) => (what.type === "fallback" ? [what.reason?.code ?? null] : []))
  expect(told()).toEqual(["port-in-use"])
  holder.close()
  await once(holder, "close")
  await lab.pass(10_000)
  expect(told()).toEqual(["port-in-use", null])
  expect(listener.states).toEqual(["connecting", "up"])
})

function packetBytes(): Uint8Array {
  const bytes = new Uint8Array(100)
  bytes[0] = 0x45
  new DataView(bytes.buffer).setUint16(2, bytes.length)
  return bytes
}
