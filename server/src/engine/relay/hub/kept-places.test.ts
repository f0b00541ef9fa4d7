import { expect, it } from "vitest"
import type { RelayPeer } from "../messages.ts"
import { keptPlaces } from "./kept-places.ts"

const peer = (address: string, enabled = true): RelayPeer => ({ address, allowed: null, enabled })

function keyed(letter: string, enabled = true): RelayPeer {
  const none = { presharedKey: null, keepaliveSeconds: 0, expiresAt: null, remotes: [], named: false }
  return { ...peer("", enabled), wireguard: { publicKey: new Uint8Array(Buffer.alloc(32, letter)), ...none } }
}

it("the same peer keeps its place: by its address, or by its key", () => {
  const before = [peer("10.0.0.1"), null, keyed("a"), keyed("b")]
  expect(keptPlaces(before, [peer("10.0.0.1"), peer("10.0.0.2"), keyed("a"), keyed("b")])).toEqual([0, -1, 2, 3])
  expect(keptPlaces(before, [peer("10.0.0.9"), null, keyed("c"), null])).toEqual([-1, -1, -1, -1])
  expect(keptPlaces(before, [peer("10.0.0.1")])).toEqual([0, -1, -1, -1])
})

it("one that is disabled keeps nothing, and comes back as a new one", () => {
  expect(keptPlaces([keyed("a")], [keyed("a", false)])).toEqual([-1])
  expect(keptPlaces([keyed("a", false)], [keyed("a")])).toEqual([-1])
})
