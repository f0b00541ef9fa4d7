import { afterEach, expect, it } from "vitest"
import { ownPort } from "./testing/own-ports.ts"
import { bench, calling, cleanUp, connected, framed, ipv4 } from "./testing/tunnel-bench.ts"

// From the device to a simpletun peer.

afterEach(cleanUp)

it("each packet goes out behind its length, and is counted as sent", async () => {
  const t = await connected()
  const packets = [ipv4("10.0.0.1", 84), ipv4("10.0.0.1", 1500, 7), ipv4("10.0.0.1", 20)]
  for (const packet of packets) t.device.inject(packet)
  await t.until("all bytes", () => t.peer.size() === 1604 + 6)
  expect(t.peer.bytes()).toEqual(framed(...packets))
  expect(t.stats().outbound).toEqual({ packets: 3, bytes: 1604, dropped: 0 })
})

it("without a peer each packet is dropped with the reason", async () => {
  const t = bench(calling(ownPort()))
  for (let i = 0; i < 100; i++) t.device.inject(ipv4("10.0.0.1", 84))
  await t.until("drops", () => t.stats().outbound.dropped === 100)
  expect(t.stats().drops).toEqual([{ direction: "outbound", reason: "no-peer", packets: 100 }])
})

it("no frame above 2,000 bytes goes to a simpletun peer", async () => {
  const t = await connected({ device: { fd: -1, packetInfo: false, vnetHeader: false, mtu: 9000 } })
  t.device.inject(ipv4("10.0.0.1", 2001))
  t.device.inject(ipv4("10.0.0.1", 2000))
  await t.until("one sent", () => t.peer.size() >= 2002)
  expect(t.peer.bytes()).toEqual(framed(ipv4("10.0.0.1", 2000)))
  expect(t.stats().drops).toEqual([{ direction: "outbound", reason: "frame-too-long", packets: 1 }])
})

it("while the peer does not read, the device is not read either; nothing is lost and the order stays", async () => {
  const t = await connected()
  t.socket.pause()
  const count = 20_000
  for (let i = 0; i < count; i++) {
    const packet = ipv4("10.0.0.1", 1400)
    new DataView(packet.buffer).setUint32(20, i)
    t.device.inject(packet)
  }
  let waiting = -1
  await t.until("the stream is full", () => {
    const before = waiting
    waiting = t.device.waiting
    return waiting === before && waiting < count
  })
  expect(waiting).toBeGreaterThan(0)
  t.socket.resume()
  await t.until("all sent", () => t.stats().outbound.packets === count)
  await t.until("all received", () => t.peer.size() === count * 1402)
  const view = new DataView(Uint8Array.from(t.peer.bytes()).buffer)
  for (let i = 0; i < count; i++) expect(view.getUint32(i * 1402 + 22)).toBe(i)
})

it("a device that comes anew while the stream is full waits its turn", async () => {
  const t = await connected()
  const count = 20_000
  t.socket.pause()
  for (let i = 0; i < count; i++) {
    const packet = ipv4("10.0.0.1", 1400)
    new DataView(packet.buffer).setUint32(20, i)
    t.device.inject(packet)
  }
  await t.until("the stream is full", () => t.stats().outbound.packets > 0)
  await t.turns(50)
  t.tunnel.setDevice({ fd: t.device.fd, packetInfo: false, vnetHeader: false, mtu: 1500 })
  await t.turns(50)
  t.socket.resume()
  await t.until("all sent", () => t.stats().outbound.packets === count)
  await t.until("all received", () => t.peer.size() === count * 1402)
  const view = new DataView(Uint8Array.from(t.peer.bytes()).buffer)
  for (let i = 0; i < count; i++) expect(view.getUint32(i * 1402 + 22)).toBe(i)
})

it("what the kernel did not take when the connection ended is counted as lost", async () => {
  const t = await connected()
  t.socket.pause()
  for (let i = 0; i < 20_000; i++) t.device.inject(ipv4("10.0.0.1", 1400))
  await t.until("the stream is full", () => t.stats().outbound.packets > 0)
  await t.turns(50)
  t.peer.server.close()
  t.socket.resetAndDestroy()
  await t.until("the loss", () => t.states().at(-1) === "reconnecting")
  await t.until("the rest is read", () => t.device.waiting === 0)
  const { outbound, drops } = t.stats()
  expect(outbound.packets + outbound.dropped).toBe(20_000)
  expect(drops.map((drop) => drop.reason)).toContain("connection-lost")
})
