// Packets of others, cut and with bits flipped: nothing may throw, nothing may take long.
import { dissect, packetKeyOf, summarize, TcpFlows } from "@tundeck/shared"
import { seededRandom } from "../../server/src/engine/relay/faults/seeded-random.ts"
import type { Capture } from "./compare.ts"
import type { LinkedPacket } from "./links.ts"

/** A decoder of the panel or the page. `tree` is the only one that is not asked of every packet. */
export type Decoder = "summary" | "key" | "flows" | "tree"

export interface Damage {
  packets: number
  decodings: number
  readonly thrown: string[]
  readonly slow: string[]
  /** In milliseconds, the quickest of a few tries: what the machine does beside it does not count. */
  readonly slowest: Record<Decoder, number>
}

const mostMs = 1
const tries = 5
const mostLengths = 2_000
const headerBits = 160 * 8
const otherBits = 200
const flows = new TcpFlows()

const decoders: Readonly<Record<Decoder, (packet: LinkedPacket) => unknown>> = {
  summary: ({ bytes, wireLength, link }) => summarize(bytes, wireLength, link),
  key: ({ bytes, wireLength, link }) => packetKeyOf(bytes, wireLength, link),
  flows: ({ bytes, wireLength, link }) => flows.summarize(bytes, wireLength, link, 0),
  tree: ({ bytes, wireLength, link }) => dissect(bytes, wireLength, link),
}
const names = Object.keys(decoders) as Decoder[]

export function noDamage(): Damage {
  const slowest = { summary: 0, key: 0, flows: 0, tree: 0 }
  return { packets: 0, decodings: 0, thrown: [], slow: [], slowest }
}

/** One packet of the capture, chosen by `seed`: cut at every length, with each bit of its headers flipped, and some behind. */
export function damage({ name, packets }: Capture, seed: number, found: Damage): void {
  const random = seededRandom(seed)
  const index = Math.floor(random() * packets.length)
  const packet = packets[index]
  if (packet === undefined) return
  found.packets++
  for (const [what, one] of damaged(packet, random)) decode(one, `${name}, packet ${index + 1}, ${what}`, found)
}

function* damaged(packet: LinkedPacket, random: () => number): Generator<readonly [string, LinkedPacket]> {
  const { bytes, link } = packet
  const below = (end: number) => Math.floor(random() * end)
  yield ["whole", packet]
  for (let count = 0; count < Math.min(bytes.length, mostLengths); count++) {
    const length = bytes.length <= mostLengths ? count : below(bytes.length)
    const wireLength = random() < 0.5 ? length : packet.wireLength
    yield [`cut at ${length} of ${wireLength}`, { bytes: bytes.subarray(0, length), wireLength, link }]
  }
  const flipped = bytes.slice()
  const bits = bytes.length * 8
  for (let count = 0; count < Math.min(bits, headerBits + otherBits); count++) {
    const bit = count < headerBits ? count : below(bits)
    flip(flipped, bit)
    yield [`bit ${bit} flipped`, { ...packet, bytes: flipped }]
    flip(flipped, bit)
  }
}

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}

function decode(packet: LinkedPacket, what: string, found: Damage): void {
  for (const name of names) {
    found.decodings++
    try {
      const ms = quickest(() => decoders[name](packet), found.slowest[name])
      found.slowest[name] = Math.max(found.slowest[name], ms)
      if (ms > mostMs) found.slow.push(`${what}: ${name} ${ms.toFixed(2)} ms`)
    } catch (error) {
      found.thrown.push(`${what}: ${name}: ${error}`)
    }
  }
}

/** Tried again only when it was slower than anything before. */
function quickest(act: () => unknown, otherwise: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let count = 0; count < tries && best > otherwise; count++) {
    const begun = performance.now()
    act()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}
