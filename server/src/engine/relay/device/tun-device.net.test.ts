import { readlinkSync } from "node:fs"
import { getHeapStatistics } from "node:v8"
import {
  close,
  openTun,
  setNonBlocking,
  type TunKind,
  tunOffload,
  tunSetInterface,
  tunSetOffload,
  tunSetVnetHeaderSize,
} from "@tundeck/native-bindings"
import { afterAll, afterEach, beforeAll, expect, it } from "vitest"
import { enterNamespace } from "../../../../../native-bindings/src/testing/inside.ts"
import { PacketSocket } from "../../../../../native-bindings/src/testing/packet-socket.ts"
import type { Namespace } from "../../../../../testing/namespace.ts"
import { until } from "../../../../../testing/wait.ts"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { packetsOf } from "../offload/testing/train-shape.ts"
import { needsChecksum, virtioHeader } from "../offload/virtio-header.ts"
import { deviceContract } from "./device.contract.ts"
import type { MemoryPacket } from "./memory-device.ts"
import { type DeviceSubject, packetOf, shapeOf, trainOf } from "./testing/device-subject.ts"
import { trainDeviceContract } from "./train-device.contract.ts"
import { TunDevice } from "./tun-device.ts"

// Devices of the kernel. Its side of them is a packet socket, which shows and takes packets with their virtio header.

let namespace: Namespace
beforeAll(async () => {
  namespace = await enterNamespace("device")
  // Nothing but what the test sends.
  await namespace.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
})
afterAll(() => namespace.delete())

interface Attachment {
  kind: TunKind
  packetInfo?: boolean
  vnetHeader?: boolean
  vnetHeaderSize?: number
}

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const subject of opened.splice(0)) await subject.close()
})

let count = 0
async function attach({ kind, packetInfo = false, vnetHeader = false, vnetHeaderSize }: Attachment) {
  const name = `device${count++}`
  const fd = openTun()
  tunSetInterface(fd, { name, kind, packetInfo, vnetHeader, multiQueue: false })
  if (vnetHeaderSize !== undefined) tunSetVnetHeaderSize(fd, vnetHeaderSize)
  setNonBlocking(fd, true)
  const link = (...change: string[]) => namespace.exec("ip", ["link", "set", name, ...change])
  await link("mtu", "9000", "up")
  const [found] = await namespace.ip("link", "show", name)
  const kernel = new PacketSocket(Number(found?.ifindex))
  const memory = new RelayMemory(256 * 1024)
  // As other devices of the worker leave it.
  memory.calls.bytes.fill(0xff, memory.ownAt, memory.ownAt + 64)
  const device = new TunDevice({ fd, packetInfo, vnetHeader, mtu: 9000 }, memory)
  const received: { packet: Required<MemoryPacket>; etherType: number }[] = []
  const receive = async (packets: number) => {
    const isThere = () => {
      for (let next = kernel.receive(); next !== undefined; next = kernel.receive()) {
        received.push({ packet: decode(next.headerAndPacket), etherType: next.etherType })
      }
      return received.length >= packets
    }
    await until(isThere, { what: `${packets} packets` })
    return received.splice(0, packets)
  }
  const subject: DeviceSubject = {
    device,
    memory,
    link: kind === "tun" ? "ip" : "ethernet",
    inject: (packet) => kernel.send(encode(packet)),
    taken: async (packets) => (await receive(packets)).map(({ packet }) => packet),
    async setLink(isUp) {
      await link(isUp ? "up" : "down")
    },
    async deleteLink() {
      await namespace.exec("ip", ["link", "delete", name])
    },
    isOpen: () => readlinkSync(`/proc/self/fd/${fd}`) === "/dev/net/tun",
    async close() {
      kernel.close()
      close(fd)
    },
  }
  return { ...subject, fd, receive }
}

function encode(packet: MemoryPacket): Uint8Array {
  const bytes = new Uint8Array(virtioHeader.size + packet.bytes.length)
  const view = new DataView(bytes.buffer)
  const { gsoType = 0, gsoSize = 0, checksumStart = 0, checksumOffset = 0 } = packet
  view.setUint8(virtioHeader.flags, checksumOffset > 0 ? needsChecksum : 0)
  view.setUint8(virtioHeader.gsoType, gsoType)
  view.setUint16(virtioHeader.headerLength, gsoSize > 0 ? checksumStart + checksumOffset + 4 : 0, true)
  view.setUint16(virtioHeader.gsoSize, gsoSize, true)
  view.setUint16(virtioHeader.checksumStart, checksumStart, true)
  view.setUint16(virtioHeader.checksumOffset, checksumOffset, true)
  bytes.set(packet.bytes, virtioHeader.size)
  return bytes
}

function decode(bytes: Uint8Array): Required<MemoryPacket> {
  const view = new DataView(bytes.buffer)
  const isOpen = (view.getUint8(virtioHeader.flags) & needsChecksum) !== 0
  return {
    bytes: bytes.slice(virtioHeader.size),
    gsoType: view.getUint8(virtioHeader.gsoType),
    gsoSize: view.getUint16(virtioHeader.gsoSize, true),
    checksumStart: isOpen ? view.getUint16(virtioHeader.checksumStart, true) : 0,
    checksumOffset: isOpen ? view.getUint16(virtioHeader.checksumOffset, true) : 0,
  }
}

for (const kind of ["tun", "tap"] as const) {
  deviceContract(`a ${kind}`, () => attach({ kind }))
  deviceContract(`a ${kind} with packet information`, () => attach({ kind, packetInfo: true }))
  deviceContract(`a ${kind} with both headers`, () => attach({ kind, packetInfo: true, vnetHeader: true }))
  deviceContract(`a ${kind} with virtio headers`, () => attach({ kind, vnetHeader: true }))
  trainDeviceContract(`a ${kind}`, () => attach({ kind, vnetHeader: true }))
}
trainDeviceContract("a tun with longer headers", () => attach({ kind: "tun", vnetHeader: true, vnetHeaderSize: 12 }))

const at = 4096
const capacity = 65_535

async function own(attachment: Attachment) {
  const subject = await attach(attachment)
  opened.push(subject)
  return subject
}

function readAll({ device, memory }: DeviceSubject): Uint8Array[] {
  const batch = new Batch(64)
  const packets: Uint8Array[] = []
  for (;;) {
    const n = device.read(batch, at, capacity)
    if (n < 0) return packets
    packets.push(memory.bytes.slice(at, at + n))
  }
}

const train = { packets: 5, last: 77 }

it.each([{ kind: "tun" }, { kind: "tap" }, { kind: "tun", packetInfo: true, vnetHeader: true }] as const)(
  "the kernel cuts trains for a device that takes none: %o",
  async (attachment) => {
    const subject = await own(attachment)
    subject.inject(trainOf(subject, train))
    expect(readAll(subject)).toEqual(packetsOf(shapeOf(subject, train)))
  },
)

it("what a program before us asked for is not ours", async () => {
  const subject = await own({ kind: "tun", packetInfo: true, vnetHeader: true })
  tunSetOffload(subject.fd, tunOffload.checksum | tunOffload.tcp4 | tunOffload.tcp6)
  const next = new TunDevice({ fd: subject.fd, packetInfo: true, vnetHeader: true, mtu: 9000 }, subject.memory)
  subject.inject(trainOf(subject, train))
  expect(readAll({ ...subject, device: next })).toEqual(packetsOf(shapeOf(subject, train)))
})

it("released, the kernel gives no more trains: the next program may not know of them", async () => {
  const subject = await own({ kind: "tun", vnetHeader: true })
  subject.device.release()
  subject.inject(trainOf(subject, train))
  expect(readAll(subject)).toEqual(packetsOf(shapeOf(subject, train)))
})

it.each([false, true])(
  "with packet information the kernel is told which protocol it is: virtio header %s",
  async (vnetHeader) => {
    const subject = await own({ kind: "tun", packetInfo: true, vnetHeader })
    const batch = new Batch(2)
    for (const isIpv4 of [true, false]) {
      const { bytes } = packetOf(subject, { isIpv4, packets: 1, last: 10 })
      subject.memory.bytes.set(bytes, at)
      subject.device.write(batch, batch.add(at, bytes.length, 0))
    }
    expect((await subject.receive(2)).map(({ etherType }) => etherType)).toEqual([0x0800, 0x86dd])
  },
)

it("reads and writes allocate nothing", async () => {
  const subject = await own({ kind: "tun", vnetHeader: true })
  const { bytes } = packetOf(subject, { packets: 1, last: 1000 })
  subject.memory.bytes.set(bytes, at)
  const batch = new Batch(1)
  const times = (count: number) => {
    const { total_allocated_bytes: before = 0 }: { total_allocated_bytes?: number } = getHeapStatistics()
    for (let i = 0; i < count; i++) {
      batch.clear()
      subject.device.write(batch, batch.add(at, bytes.length, 0))
      subject.device.read(batch, at, capacity)
    }
    const { total_allocated_bytes: after = 0 }: { total_allocated_bytes?: number } = getHeapStatistics()
    return after - before
  }
  // Until the compiler's threads had their turn, the interpreter allocates. What the calls themselves do, they do each time.
  const rounds = Array.from({ length: 5 }, () => times(100_000))
  // The least that there is to allocate has 16 bytes. V8 counts in steps of some 100 KB.
  expect(Math.min(...rounds) / 100_000).toBeLessThan(4)
})
