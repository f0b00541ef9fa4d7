import { expect, test } from "vitest"
import { decodeTunFlags, encodeTunFlags, tunFlags } from "./flags.ts"
import { decodeInterfaceFlags, encodeHardwareAddress, encodeInterfaceFlags } from "./interface-request.ts"

const plain = { kind: "tun", packetInfo: false, vnetHeader: false, multiQueue: false } as const

test.each([
  [plain, 0x1001],
  [{ ...plain, kind: "tap" } as const, 0x1002],
  [{ ...plain, packetInfo: true }, 0x0001],
  [{ ...plain, vnetHeader: true }, 0x5001],
  [{ ...plain, multiQueue: true }, 0x1101],
  [{ ...plain, exclusive: true }, 0x9001],
])("%o is a flag word", (attachment, word) => {
  expect(encodeTunFlags(attachment)).toBe(word)
})

const both = [false, true]
const every = (["tun", "tap"] as const).flatMap((kind) =>
  both.flatMap((packetInfo) =>
    both.flatMap((vnetHeader) => both.map((multiQueue) => ({ kind, packetInfo, vnetHeader, multiQueue }))),
  ),
)

test.each(every)("%o is decoded as it was encoded", (attachment) => {
  const { packetInfo, ...told } = attachment
  expect(decodeTunFlags(encodeTunFlags(attachment))).toEqual({ ...told, persistent: false })
  expect(decodeTunFlags(encodeTunFlags(attachment) | tunFlags.persistent).persistent).toBe(true)
})

test("the packet information of an answer is not trusted", () => {
  expect(decodeTunFlags(tunFlags.tap)).toEqual(decodeTunFlags(tunFlags.tap | tunFlags.noPacketInformation))
})

test("no attachment asks for IFF_NAPI or IFF_NAPI_FRAGS", () => {
  for (const attachment of every) expect(encodeTunFlags(attachment) & 0x0030).toBe(0)
})

test("an ifreq is 40 bytes: the name, then the flags at 16", () => {
  const request = encodeInterfaceFlags("tun7", 0x9001)
  expect(request).toHaveLength(40)
  expect(Buffer.from(request.subarray(0, 18)).toString("latin1")).toBe(`tun7${"\0".repeat(12)}\x01\x90`)
  expect(decodeInterfaceFlags(request)).toEqual({ name: "tun7", flags: 0x9001 })
})

test("a name of 15 bytes fits, one of 16 is refused before the kernel would cut it", () => {
  expect(decodeInterfaceFlags(encodeInterfaceFlags("a".repeat(15), 1))).toEqual({ name: "a".repeat(15), flags: 1 })
  expect(() => encodeInterfaceFlags("a".repeat(16), 1)).toThrow(RangeError)
  expect(() => encodeInterfaceFlags("ü".repeat(8), 1)).toThrow(RangeError)
  expect(() => encodeInterfaceFlags("a\0b", 1)).toThrow(RangeError)
})

test("a hardware address stands behind its type", () => {
  const request = encodeHardwareAddress(Uint8Array.of(2, 0, 0, 0, 0, 1))
  expect(Buffer.from(request.subarray(16, 24)).toString("hex")).toBe("0100020000000001")
})
