import { expect, test } from "vitest"
import { keyedPeerState } from "./state.ts"

const peer = (enabled: boolean, connected: boolean, expiresAt: number | null = null) => ({
  enabled,
  connected,
  expiresAt,
})

test.each([
  ["connected", peer(true, true)],
  ["connected", peer(true, true, 1001)],
  ["waiting", peer(true, false)],
  ["disabled", peer(false, false)],
  ["disabled", peer(false, false, 1001)],
  ["expired", peer(true, true, 1000)],
  ["expired", peer(false, false, 999)],
] as const)("a peer is %s: %j", (state, known) => {
  expect(keyedPeerState(known, 1000)).toBe(state)
})
