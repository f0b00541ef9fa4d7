// What two sessions allocate while packets pass between them, in a process of its own, where nothing else does:
// `node --single-threaded allocation-run.ts` prints how many bytes a packet.
import { getHeapStatistics } from "node:v8"
import { RelayMemory } from "../../memory.ts"
import type { PacketCiphers } from "../cipher/cipher.ts"
import { WireGuardSession } from "../session/session.ts"
import { peerOf, privateKey } from "./session-lab.ts"

const packetAt = 8192
const headerAt = packetAt - 16
const length = 1_420
const packetsAtOnce = 100

/** The ciphers have their own tests; here they would be all that is seen. */
const noCiphers: PacketCiphers = { create: () => ({ seal: () => true, open: () => true, end() {} }) }

function createEnd(own: number, other: number) {
  const memory = new RelayMemory(65_536)
  const sent: Uint8Array[] = []
  const nothing = () => {}
  const owner = {
    transmit: (_place: number, message: Uint8Array) => sent.push(message),
    answer: nothing,
    authenticated: nothing,
    ready: nothing,
    established: nothing,
    ended: nothing,
    stamped: nothing,
    wakeAt: nothing,
  }
  const identity = { privateKey: privateKey(own), previousPrivateKey: null }
  const peers = [peerOf(privateKey(other), { keepaliveSeconds: 25 })]
  const session = new WireGuardSession(identity, peers, { memory, owner, ciphers: noCiphers, stampedAfter: 0n })
  session.setPaddingLimit(length)
  return { memory, session, sent }
}

const a = createEnd(1, 2)
const b = createEnd(2, 1)

function pass(from: typeof a, to: typeof a, now: number): number {
  if (from.session.seal(0, packetAt, length, now) !== length + 32) return 1
  for (let at = headerAt; at < packetAt; at += 4) to.memory.view.setInt32(at, from.memory.view.getInt32(at))
  return to.session.open(headerAt, length + 32, 1, now) === length ? 0 : 1
}

function wakeUp(now: number): number {
  let failed = 0
  for (let i = 0; i < packetsAtOnce; i += 2) failed += pass(a, b, now) + pass(b, a, now)
  return failed
}

function run(wakeUps: number): number {
  let failed = 0
  for (let i = 0; i < wakeUps; i++) failed += wakeUp(1_000.5 + i / 100)
  return failed
}

/** Since the process began. @types/node does not know it yet. */
function allocatedBytes(): number {
  const statistics: { total_allocated_bytes?: number } = getHeapStatistics()
  return statistics.total_allocated_bytes ?? Number.NaN
}

a.session.initiate(0, 1_000)
const address = new Uint8Array(16)
for (const [from, to] of [
  [a, b],
  [b, a],
  [a, b],
] as const) {
  const message = from.sent.shift() ?? address
  to.memory.bytes.set(message, headerAt)
  if (message[0] === 4) to.session.open(headerAt, message.length, 1, 1_000)
  else to.session.takeHandshake(headerAt, message.length, { id: 1, address, port: 1 }, 1_000)
}

let failed = run(5_000)
const before = allocatedBytes()
failed += run(10_000)
console.log(JSON.stringify({ failed, bytesAPacket: (allocatedBytes() - before) / (10_000 * packetsAtOnce) }))
