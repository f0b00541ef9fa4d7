import { expect, it } from "vitest"
import { decodePacketBatch, encodePacketBatch, type PacketBatch, PacketBatchStream } from "./packet-batch.ts"

const batch: PacketBatch = {
  tunnel: "t-1",
  link: "ethernet",
  missed: 7,
  records: [1, 2].map((number) => ({
    number,
    time: 1_700_000_000_000.25 + number,
    wireLength: 1500,
    direction: number === 1 ? "outbound" : "inbound",
    verdict: number - 1,
    errno: number * 5,
    packets: number * 22,
    batch: number * 70_000,
    inside: number / 8,
    bundle: number * 4,
    injected: number === 2,
    overhead: number === 1 ? 60 : undefined,
    peer: number === 1 ? "paris" : undefined,
    bytes: Uint8Array.of(1, 2, 3, number),
  })),
}

it("a batch survives the wire", () => {
  expect(decodePacketBatch(encodePacketBatch(batch).subarray(4))).toEqual(batch)
})

it("a batch cut at any length is no batch", () => {
  const bytes = encodePacketBatch(batch).subarray(4)
  for (let length = 0; length < bytes.length; length++)
    expect(decodePacketBatch(bytes.subarray(0, length))).toBeUndefined()
})

it("a stream cut anywhere gives the same batches", () => {
  const bytes = encodePacketBatch(batch)
  const twice = new Uint8Array([...bytes, ...bytes])
  for (let cut = 0; cut <= twice.length; cut++) {
    const stream = new PacketBatchStream()
    expect([...stream.push(twice.subarray(0, cut)), ...stream.push(twice.subarray(cut))]).toEqual([batch, batch])
  }
})

it("a length that no engine sends ends the stream", () => {
  expect(() => new PacketBatchStream().push(Uint8Array.of(255, 255, 255, 255))).toThrow(RangeError)
})
