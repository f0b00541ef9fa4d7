import { errno } from "@tundeck/native-bindings"
import type { NewHostEvent } from "@tundeck/shared"
import { beforeEach, expect, it } from "vitest"
import type { ToWorker } from "../relay/messages.ts"
import { keyOf, wireguardPeer, wireguardTunnel } from "../testing/wireguard-tunnel.ts"
import { createRunningTunnel, peersOf, type RunningTunnel } from "./running-tunnel.ts"
import { TunnelEvents } from "./tunnel-events.ts"
import { WireguardSide } from "./wireguard-side.ts"

let stamps: { id: string; stampedAfter: string }[]
let posted: ToWorker[]
let tunnel: RunningTunnel
let side: WireguardSide
beforeEach(() => {
  stamps = []
  posted = []
  const events = new TunnelEvents((_: NewHostEvent) => {})
  side = new WireguardSide({
    options: {
      onStamped: (stamped) => stamps.push(stamped),
      onReconfigured: () => {},
      sockets: { open: () => ({ errno: errno.EACCES }), remove: () => {} },
      isStandAlone: false,
    },
    ...{ events, change: () => {}, tell: () => {} },
  })
  const peers = [wireguardPeer("a", { endpoint: "localhost:7" }), wireguardPeer("b", { endpoint: "10.0.0.1:8" })]
  tunnel = createRunningTunnel(wireguardTunnel(peers))
  tunnel.worker = { post: (message) => posted.push(message), load: 1, ended: new Promise(() => {}) }
})

const stampedAfter = (stamp: string) => {
  const wanted = wireguardTunnel()
  return { ...wanted, security: { ...wanted.security, stampedAfter: stamp } }
}
const stampOf = ({ security }: RunningTunnel["config"]) =>
  security.kind === "wireguard" ? security.stampedAfter : undefined

it("time stamps never go back, whatever the panel remembers, and it is told again", () => {
  side.obey(tunnel, { type: "stamped", id: "t", tai: 20n })
  side.obey(tunnel, { type: "stamped", id: "t", tai: 10n })
  expect(stamps).toEqual([{ id: "t", stampedAfter: "20" }])
  expect(stampOf(side.latest(stampedAfter("15"), tunnel))).toBe("20")
  expect(stampOf(side.latest(wireguardTunnel(), tunnel))).toBe("20")
  expect(stamps).toHaveLength(3)
  expect(stampOf(side.latest(stampedAfter("25"), tunnel))).toBe("25")
  expect(stampOf(side.latest(stampedAfter("5"), undefined))).toBe("5")
  expect(stamps).toHaveLength(3)
})

it("a handshake and where a peer is are told of that peer", () => {
  side.obey(tunnel, { type: "handshake", id: "t", peer: 1, at: 1234, isTundeck: true, cipher: "aes-256-gcm" })
  tunnel.places.changed(1, "10.0.0.9:9", "udp")
  const [a, b] = peersOf(tunnel)
  expect(a).toMatchObject({
    publicKey: keyOf("a"),
    lastHandshakeAt: null,
    endpoint: null,
    address: "",
    connected: false,
  })
  const known = { isTundeck: true, cipher: "aes-256-gcm" }
  const where = { ...known, address: "10.0.0.9:9", endpoint: "10.0.0.9:9", remote: "10.0.0.9:9", carrier: "udp" }
  expect(b).toMatchObject({ publicKey: keyOf("b"), lastHandshakeAt: 1234, ...where, connected: true })
  tunnel.places.changed(1, null, null)
  const gone = {
    address: "10.0.0.9:9",
    endpoint: "10.0.0.9:9",
    remote: null,
    carrier: null,
    cipher: null,
    connected: false,
  }
  expect(peersOf(tunnel)[1]).toMatchObject(gone)
})

it("the peer whose name was asked for gets its addresses, with its port", async () => {
  await side.resolve(tunnel, 0)
  const [message] = posted
  if (message?.type !== "remotes") throw new Error("nothing was looked up")
  expect(message).toMatchObject({ id: "t", peer: 0, reason: null })
  expect(message.remotes.every(({ address, port }) => ["127.0.0.1", "::1"].includes(address) && port === 7)).toBe(true)
  expect(peersOf(tunnel)[0]?.endpoint).toMatch(/^(127\.0\.0\.1|\[::1\]):7$/)
  await side.resolve(tunnel, 5)
  expect(posted).toHaveLength(1)
})

it("a peer that left while its name was looked up gets nothing", async () => {
  const resolved = side.resolve(tunnel, 0)
  tunnel.places.set(wireguardTunnel([wireguardPeer("c")]), tunnel.counters)
  await resolved
  expect(posted).toEqual([])
})
