import type { TunnelPeerStatus, TunnelView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { render } from "../../../../testing/render.tsx"
import { KeyedPeerStateBadge } from "./peer-state.tsx"
import { Way } from "./way.tsx"

const flow = { packets: 0, bytes: 0, dropped: 0 }
const peer = (fields: Partial<TunnelPeerStatus> = {}): TunnelPeerStatus => ({
  name: "phone",
  address: "192.0.2.7:4000",
  enabled: true,
  connected: true,
  remote: "192.0.2.7:4000",
  since: 0,
  roundTripMs: null,
  outbound: flow,
  inbound: flow,
  publicKey: "",
  endpoint: "192.0.2.7:4000",
  lastHandshakeAt: Date.now() - 30_000,
  carrier: "udp",
  cipher: "chacha20-poly1305",
  isTundeck: false,
  expiresAt: null,
  ...fields,
})
const tunnel = (fields: Partial<TunnelView> = {}): TunnelView =>
  ({ state: "up", reason: null, transport: { kind: "udp" }, ...fields }) as TunnelView // what the parts look at
const state = (fields: Partial<TunnelPeerStatus>, of: Partial<TunnelView> = {}) =>
  render(<KeyedPeerStateBadge peer={peer(fields)} tunnel={tunnel(of)} />)
const way = (fields: Partial<TunnelPeerStatus>) => render(<Way peer={peer(fields)} tunnel={tunnel()} />).text

test("a peer's state is a word, with its last handshake as people say it and the exact time at hand", () => {
  expect(state({}).text).toMatch(/^connected keys \d+ sec ago$/)
  expect(state({}).markup).toContain('dateTime="2')
  expect(state({ connected: false, lastHandshakeAt: null }).text).toBe("waiting no keys yet")
  expect(state({ enabled: false, connected: false }).text).toMatch(/^disabled/)
  expect(state({ expiresAt: 1 }).text).toMatch(/^expired/)
})

test("of a tunnel that is stopped nobody waits", () => {
  expect(state({ connected: false }, { state: "stopped" }).text).toBe("stopped")
  expect(state({ enabled: false, connected: false }, { state: "stopped" }).text).toMatch(/^disabled/)
})

test("the way is where it is, what carries it and how it is encrypted", () => {
  expect(way({})).toBe("192.0.2.7:4000 UDP · ChaCha20-Poly1305")
  expect(way({ cipher: "aes-256-gcm", isTundeck: true })).toBe("192.0.2.7:4000 UDP · AES-256-GCM · Tundeck")
  expect(way({ endpoint: null, carrier: null, cipher: null, isTundeck: null })).toBe("–")
})

test("a peer that fell back to TCP is said to be, with the way back", () => {
  expect(way({ carrier: "tcp" })).toBe("192.0.2.7:4000 TCP · ChaCha20-Poly1305 fell back to TCP, tries UDP again")
})
