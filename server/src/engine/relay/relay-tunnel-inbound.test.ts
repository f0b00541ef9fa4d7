import { errno } from "@tundeck/native-bindings"
import { PacketRingReader } from "@tundeck/shared"
import { afterEach, expect, it } from "vitest"
import { cleanUp, connected, framed, ipv4 } from "./testing/tunnel-bench.ts"

// From a simpletun peer to the device.

afterEach(cleanUp)

it("frames are delivered however the stream cuts them", async () => {
  const t = await connected()
  const packets = Array.from({ length: 20 }, (_, i) => ipv4("10.0.0.2", 20 + i * 70, i))
  for (const byte of framed(...packets)) t.socket.write(Uint8Array.of(byte))
  await t.until("all delivered", () => t.device.written.length === 20)
  expect(t.device.written.map(({ bytes }) => Buffer.from(bytes))).toEqual(packets.map((bytes) => Buffer.from(bytes)))
  expect(t.stats().inbound).toMatchObject({ packets: 20, dropped: 0 })
})

it.each([0, 1501, 65_535])("a frame of length %i ends the stream, and the tunnel calls again", async (length) => {
  const t = await connected()
  t.socket.write(framed(ipv4("10.0.0.2", 60)))
  t.socket.write(Uint8Array.of(length >> 8, length & 255, 1, 2, 3))
  await t.until("the end", () => t.states().includes("reconnecting"))
  expect(t.lastReason()?.code).toBe("bad-frame")
  expect(t.device.written).toHaveLength(1)
  expect(t.stats().drops).toEqual([{ direction: "inbound", reason: "bad-length", packets: 1 }])
  await t.until("another call", () => t.stats().reconnects === 1)
})

it("half a frame has 10 seconds; a trickle does not prolong them", async () => {
  const t = await connected()
  t.socket.write(Uint8Array.of(0, 100, 0x45))
  await t.until("bytes arrive", () => t.socket.bytesWritten === 3)
  await t.turns(50)
  t.pass(9_000)
  t.socket.write(Uint8Array.of(0))
  await t.turns(50)
  expect(t.states().at(-1)).toBe("up")
  t.pass(1_500)
  await t.until("the end", () => t.states().includes("reconnecting"))
  expect(t.lastReason()).toMatchObject({ code: "bad-frame", detail: expect.stringContaining("did not end it") })
})

it("what is no packet, or has a source that the peer may not use, is dropped and the stream goes on", async () => {
  const t = await connected()
  const tooLong = ipv4("10.0.0.2", 40)
  tooLong[3] = 41
  const garbage = new Uint8Array(40).fill(0xff)
  t.socket.write(framed(tooLong, garbage, Uint8Array.of(0x45), ipv4("10.0.1.2", 40), ipv4("10.0.0.2", 40)))
  await t.until("one delivered", () => t.device.written.length === 1)
  expect(t.stats().drops).toEqual([
    { direction: "inbound", reason: "bad-packet", packets: 3 },
    { direction: "inbound", reason: "source-not-allowed", packets: 1 },
  ])
})

it("a link that is down, and what the kernel refuses, are verdicts", async () => {
  const t = await connected()
  t.device.refuseWith = -errno.EIO
  t.socket.write(framed(ipv4("10.0.0.2", 40)))
  await t.until("a drop", () => t.stats().inbound.dropped === 1)
  t.device.refuseWith = -errno.EINVAL
  t.socket.write(framed(ipv4("10.0.0.2", 40)))
  await t.until("a drop", () => t.stats().inbound.dropped === 2)
  expect(t.stats().drops.map((drop) => drop.reason)).toEqual(["link-down", "device-refused"])
  const { records } = new PacketRingReader(t.ring).read(10)
  expect(records.map((record) => record.errno)).toEqual([errno.EIO, errno.EINVAL])
  expect(t.states().at(-1)).toBe("up")
})

it("an interface deleted under us is told once, and the stream stands", async () => {
  const t = await connected()
  t.device.isGone = true
  t.socket.write(framed(ipv4("10.0.0.2", 40), ipv4("10.0.0.2", 40)))
  t.device.inject(ipv4("10.0.0.1", 40))
  await t.until("drops", () => t.stats().inbound.dropped === 2)
  expect(t.messages.filter((message) => message.type === "device-lost")).toHaveLength(1)
  expect(t.states().at(-1)).toBe("up")
})
