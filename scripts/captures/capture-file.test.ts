import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { interfaceDescription, sectionHeader } from "../../shared/src/capture/pcapng.ts"
import { pcapFile } from "../../shared/src/packets/testing/pcap-file.ts"
import { readCapture } from "./capture-file.ts"

const packets = [Uint8Array.of(0x45, 1, 2), Uint8Array.of(0x60)]
const bytesOf = (file: Uint8Array) => readCapture(file)?.map(({ bytes }) => [...bytes])

/** Each 32-bit word, and the two 16-bit ones behind the magic number, the other way round. */
function bigEndian(file: Uint8Array): Uint8Array {
  const turned = file.slice()
  const turn = (at: number, size: number) => turned.set(file.slice(at, at + size).reverse(), at)
  for (const at of [0, 8, 12, 16, 20]) turn(at, 4)
  for (const at of [4, 6]) turn(at, 2)
  let at = 24
  for (const { length } of packets) {
    for (const word of [0, 4, 8, 12]) turn(at + word, 4)
    at += 16 + length
  }
  return turned
}

/** An enhanced packet block of interface 0, and a simple one. */
function pcapng(): Uint8Array {
  const described = { name: "a", description: "", link: "ip" as const, snapLength: 0, comment: "" }
  const enhanced = [6, 36, 0, 0, 0, 3, 9, 0x0002_0145, 36]
  const simple = [3, 20, 1, 0x60, 20]
  const words = new Uint8Array(Uint32Array.from([...enhanced, ...simple]).buffer)
  return Uint8Array.from([...sectionHeader("test"), ...interfaceDescription(described), ...words])
}

test("capture file: pcap in either byte order, and compressed", () => {
  const file = pcapFile(packets, "ethernet")
  const expected = packets.map((packet) => [...packet])
  expect(bytesOf(file)).toEqual(expected)
  expect(bytesOf(bigEndian(file))).toEqual(expected)
  expect(bytesOf(gzipSync(file))).toEqual(expected)
  expect(readCapture(file)?.map(({ linkType }) => linkType)).toEqual([1, 1])
})

test("capture file: pcapng, with what was on the wire beyond what was kept", () => {
  expect(readCapture(pcapng())).toEqual([
    { bytes: Uint8Array.of(0x45, 1, 2), wireLength: 9, linkType: 101 },
    { bytes: Uint8Array.of(0x60), wireLength: 1, linkType: 101 },
  ])
})

test("capture file: of a file cut anywhere the packets before the cut are read", () => {
  for (const file of [pcapFile(packets, "ip"), pcapng()]) {
    for (let length = 0; length < file.length; length++) {
      const found = bytesOf(file.slice(0, length)) ?? []
      expect([...packets.keys()].slice(0, found.length).map((index) => [...(packets[index] ?? [])])).toEqual(found)
      expect(found.length).toBeLessThan(packets.length)
    }
  }
})

test("capture file: other files are none", () => {
  expect(readCapture(new TextEncoder().encode("no capture, but long enough to be one"))).toBeUndefined()
})
