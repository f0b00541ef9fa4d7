import { expect, it } from "vitest"
import { RelayMemory } from "../../memory.ts"
import { NodeCiphers } from "../cipher/node-ciphers.ts"
import { refusal } from "./refusal.ts"
import { WireGuardSession } from "./session.ts"

it("a place without a peer seals nothing", () => {
  const memory = new RelayMemory(65_536)
  const nothing = () => {}
  const owner = {
    transmit: nothing,
    answer: nothing,
    authenticated: nothing,
    ready: nothing,
    established: nothing,
    ended: nothing,
    stamped: nothing,
    wakeAt: nothing,
  }
  const identity = { privateKey: new Uint8Array(32).fill(1), previousPrivateKey: null }
  const session = new WireGuardSession(identity, [null], {
    memory,
    owner,
    ciphers: new NodeCiphers(memory),
    stampedAfter: 0n,
  })
  expect(session.seal(0, 16, 20, 0)).toBe(-refusal.noPeer)
})
