import { type WireguardPeerView, wireguardKey, wireguardPeerCreate, wireguardPeerPatch } from "@tundeck/shared"
import { expect, test } from "vitest"
import { emptyPeer, keyedPeerValues, localTime, newPresharedKey, peerCreateBody, peerPatchBody } from "./values.ts"

const key = `${"A".repeat(42)}E=`
const peer: WireguardPeerView = {
  name: "phone",
  publicKey: key,
  hasPresharedKey: true,
  allowedIps: ["10.77.0.2/32", "fd77::2/128"],
  keepaliveSeconds: 25,
  enabled: true,
  expiresAt: new Date(2026, 11, 1, 10, 30).getTime(),
}

test("a new peer is its key and its networks; what is left empty is not sent", () => {
  const body = peerCreateBody({ ...emptyPeer("10.77.0.2/32"), publicKey: ` ${key} ` })
  expect(body).toEqual({ publicKey: key, allowedIps: ["10.77.0.2/32"], keepaliveSeconds: 0 })
  expect(wireguardPeerCreate.safeParse(body).success).toBe(true)
})

test("a new peer with everything", () => {
  const presharedKey = newPresharedKey()
  const filled = { name: "phone", endpoint: "192.0.2.1:51820", expires: "2026-12-01T10:30", keepaliveSeconds: 25 }
  const body = peerCreateBody({ ...emptyPeer(""), ...filled, publicKey: key, preshared: "set", presharedKey })
  expect(body).toMatchObject({ name: "phone", endpoint: "192.0.2.1:51820", presharedKey, expiresAt: peer.expiresAt })
  expect(wireguardPeerCreate.safeParse(body).success).toBe(true)
})

test("a peer that nobody touched changes nothing, and its secret stays", () => {
  expect(peerPatchBody(keyedPeerValues(peer), peer)).toEqual({})
})

test("a change sends what was changed; what was emptied is taken away", () => {
  const values = keyedPeerValues({ ...peer, endpoint: "192.0.2.1:1" })
  const changed = { ...values, allowed: "10.80.0.0/16", endpoint: "", expires: "", preshared: "none" } as const
  const patch = peerPatchBody(changed, { ...peer, endpoint: "192.0.2.1:1" })
  expect(patch).toEqual({ allowedIps: ["10.80.0.0/16"], endpoint: null, expiresAt: null, presharedKey: null })
  expect(wireguardPeerPatch.safeParse(patch).success).toBe(true)
})

test("a preshared key is set only when one is written", () => {
  const values = keyedPeerValues({ ...peer, hasPresharedKey: false })
  expect(peerPatchBody(values, { ...peer, hasPresharedKey: false })).toEqual({})
  expect(peerPatchBody({ ...values, preshared: "set", presharedKey: key }, peer)).toEqual({ presharedKey: key })
})

test("a time goes to the field and back to the minute", () => {
  expect(localTime(peer.expiresAt ?? 0)).toBe("2026-12-01T10:30")
  expect(Date.parse(localTime(1_800_000_000_000))).toBe(1_800_000_000_000)
})

test("a preshared key that is made here is one, and never the same", () => {
  expect(wireguardKey.safeParse(newPresharedKey()).success).toBe(true)
  expect(newPresharedKey()).not.toBe(newPresharedKey())
})
