import fc from "fast-check"
import { expect, it } from "vitest"
import { anyText } from "../testing/any-text.ts"
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from "./pcapng.ts"

interface Block {
  type: number
  body: DataView
  /** Behind `fixed` bytes and `data` padded ones. */
  options(fixed: number, data?: number): [number, Uint8Array][]
}

/** Reads a file by the document, and by nothing of ours. */
function blocksOf(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const blocks: Block[] = []
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true)
    expect(length % 4).toBe(0)
    expect(view.getUint32(at + length - 4, true)).toBe(length)
    const body = new DataView(file.buffer, file.byteOffset + at + 8, length - 12)
    blocks.push({
      type: view.getUint32(at, true),
      body,
      options: (fixed, data = 0) => optionsOf(body, fixed + 4 * Math.ceil(data / 4)),
    })
    at += length
  }
  return blocks
}

function optionsOf(body: DataView, from: number): [number, Uint8Array][] {
  const options: [number, Uint8Array][] = []
  for (let at = from; at < body.byteLength; ) {
    const [code, length] = [body.getUint16(at, true), body.getUint16(at + 2, true)]
    if (code === 0) {
      expect([length, at + 4]).toEqual([0, body.byteLength])
      break
    }
    options.push([code, new Uint8Array(body.buffer, body.byteOffset + at + 4, length).slice()])
    at += 4 + 4 * Math.ceil(length / 4)
  }
  return options
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const number = (bytes: Uint8Array | undefined) => bytes && new DataView(bytes.buffer).getBigUint64(0, true)

it("a section begins with its magic and version, and says who wrote it", () => {
  const [block] = blocksOf(sectionHeader("Tundeck 1"))
  expect(block?.type).toBe(0x0a0d0d0a)
  expect(block?.body.getUint32(0, true)).toBe(0x1a2b3c4d)
  expect([block?.body.getUint16(4, true), block?.body.getUint16(6, true)]).toEqual([1, 0])
  expect(block?.body.getBigInt64(8, true)).toBe(-1n)
  expect(block?.options(16).map(([code, value]) => [code, text(value)])).toEqual([[4, "Tundeck 1"]])
})

it.each([
  ["ip", 101],
  ["ethernet", 1],
] as const)("an interface of %s has link type %i, its snap length and nanoseconds", (link, linkType) => {
  const wanted = { name: "tun0", description: "tunnel läb", link, snapLength: 256, comment: "only icmp" }
  const [block] = blocksOf(interfaceDescription(wanted))
  expect(block?.type).toBe(1)
  expect([block?.body.getUint16(0, true), block?.body.getUint32(4, true)]).toEqual([linkType, 256])
  const options = new Map(block?.options(8))
  expect([text(options.get(2)), text(options.get(3)), options.get(9)]).toEqual(["tun0", "tunnel läb", Uint8Array.of(9)])
  expect(text(options.get(1))).toBe("only icmp")
})

const packet = fc.record({
  interface: fc.nat(9),
  time: fc.bigInt(0n, 2n ** 63n),
  wireLength: fc.nat(70_000),
  bytes: fc.uint8Array({ maxLength: 2000 }),
  direction: fc.constantFrom("inbound", "outbound"),
  number: fc.bigInt(0n, 2n ** 53n),
  lost: fc.nat(),
  comment: anyText({ maxLength: 300 }),
})

it("a packet of any bytes is read back as it was written", () => {
  fc.assert(
    fc.property(packet, (wanted) => {
      const [block] = blocksOf(enhancedPacket(wanted))
      const body = block?.body ?? new DataView(new ArrayBuffer(0))
      const captured = body.getUint32(12, true)
      const options = new Map(block?.options(20, captured))
      const read = {
        interface: body.getUint32(0, true),
        time: (BigInt(body.getUint32(4, true)) << 32n) | BigInt(body.getUint32(8, true)),
        wireLength: body.getUint32(16, true),
        bytes: new Uint8Array(body.buffer, body.byteOffset + 20, captured).slice(),
        direction: options.get(2)?.[0] === 1 ? "inbound" : "outbound",
        number: number(options.get(5)),
        lost: Number(number(options.get(4)) ?? 0),
        comment: text(options.get(1)),
      }
      expect(block?.type).toBe(6)
      expect(read).toEqual({ ...wanted, comment: text(new TextEncoder().encode(wanted.comment)) })
    }),
  )
})

it("a file of any packets is cut into its blocks again", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
      const parts = [sectionHeader("x"), ...packets.map(enhancedPacket)]
      expect(blocksOf(Uint8Array.from(parts.flatMap((part) => [...part])))).toHaveLength(packets.length + 1)
    }),
  )
})

it("statistics say from when to when, and how many were received, dropped and delivered", () => {
  const time = 1_800_000_000_123_456_789n
  const [block] = blocksOf(
    interfaceStatistics({ interface: 2, time, from: time - 5n, received: 9, dropped: 3, delivered: 6, comment: "so" }),
  )
  const options = new Map(block?.options(12))
  expect(block?.type).toBe(5)
  expect([4, 5, 8].map((code) => number(options.get(code)))).toEqual([9n, 3n, 6n])
  const words = new DataView(options.get(2)?.buffer ?? new ArrayBuffer(8))
  expect((BigInt(words.getUint32(0, true)) << 32n) | BigInt(words.getUint32(4, true))).toBe(time - 5n)
  expect(text(options.get(1))).toBe("so")
})

it("a comment longer than an option can hold is cut, and the block stays whole", () => {
  const block = interfaceStatistics({
    ...{ interface: 0, time: 0n, from: 0n, received: 0, dropped: 0, delivered: 0 },
    comment: "x".repeat(100_000),
  })
  expect(new Map(blocksOf(block)[0]?.options(12)).get(1)).toHaveLength(65_535)
})
