import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import type { Namespace } from "../../../testing/namespace.ts"
import { until } from "../../../testing/wait.ts"
import { createArena } from "../libc/arena.ts"
import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { enterNamespace } from "../testing/inside.ts"
import * as device from "./device.ts"
import { type TunAttachment, type TunKind, tunFlags, tunOffload } from "./flags.ts"
import { type HolderSearch, readNetworkNamespace, readTunHolders } from "./holders.ts"

const plain: TunAttachment = { kind: "tun", packetInfo: false, vnetHeader: false, multiQueue: false }
let namespace: Namespace
const opened: number[] = []

beforeAll(async () => {
  namespace = await enterNamespace("tun")
})
afterEach(() => {
  for (const fd of opened.splice(0)) sys.close(fd)
})
afterAll(() => namespace.delete())

function openTun(): number {
  const fd = device.openTun()
  opened.push(fd)
  return fd
}

function attach(wanted: Partial<TunAttachment> & { name?: string } = {}): { fd: number; name: string } {
  const fd = openTun()
  return { fd, name: device.tunSetInterface(fd, { ...plain, ...wanted }).name }
}

/** What iproute2 says of a link: the link itself and its tun part. */
async function oracle(name: string) {
  const [link] = await namespace.ip("link", "show", "dev", name)
  const { linkinfo } = link as { linkinfo: { info_data: Record<string, unknown> } }
  return { link: link ?? {}, tun: linkinfo.info_data }
}

const kinds: TunKind[] = ["tun", "tap"]

test.each(
  kinds.flatMap((kind) => [
    { kind, packetInfo: false, vnetHeader: false, multiQueue: false },
    { kind, packetInfo: true, vnetHeader: false, multiQueue: false },
    { kind, packetInfo: false, vnetHeader: true, multiQueue: false },
    { kind, packetInfo: true, vnetHeader: true, multiQueue: true },
  ]),
)("TUNSETIFF, TUNGETIFF: %o is what the kernel holds", async (wanted) => {
  const { fd, name } = attach({ ...wanted, name: "wanted" })
  expect(name).toBe("wanted")
  const { packetInfo, ...told } = wanted
  expect(device.tunGetInterface(fd)).toMatchObject({ name, ...told, persistent: false })
  expect((await oracle(name)).tun).toMatchObject({
    type: wanted.kind,
    pi: packetInfo,
    vnet_hdr: wanted.vnetHeader,
    multi_queue: wanted.multiQueue,
    persist: false,
  })
})

test("TUNSETIFF: without a name, and with %d, the kernel picks one and we are told", async () => {
  expect(attach().name).toBe("tun0")
  expect(attach({ kind: "tap" }).name).toBe("tap0")
  expect(attach({ name: "vpn%d" }).name).toBe("vpn0")
  expect(attach({ name: "vpn%d" }).name).toBe("vpn1")
  expect((await oracle("vpn1")).link).toMatchObject({ ifname: "vpn1" })
})

test("TUNGETFEATURES: this kernel knows every flag we use", () => {
  const wanted = tunFlags.tun | tunFlags.tap | tunFlags.noPacketInformation | tunFlags.vnetHeader | tunFlags.multiQueue
  expect(device.tunGetFeatures(openTun()) & wanted).toBe(wanted)
})

test("TUNSETIFF: what is held is EBUSY, what is of another kind or queue mode EINVAL, what exists EBUSY when exclusive", () => {
  const { fd, name } = attach({ name: "held" })
  expect(() => attach({ name })).toThrow("TUNSETIFF: EBUSY (Device or resource busy)")
  device.tunSetPersistent(fd, true)
  close(fd)
  expect(() => attach({ name, kind: "tap" })).toThrow(/^TUNSETIFF: EINVAL/)
  expect(() => attach({ name, multiQueue: true })).toThrow(/^TUNSETIFF: EINVAL/)
  expect(() => attach({ name, exclusive: true })).toThrow(/^TUNSETIFF: EBUSY/)
  device.tunSetPersistent(attach({ name }).fd, false)
})

test("TUNGETIFF: an fd that is attached to nothing is EBADFD", () => {
  expect(() => device.tunGetInterface(openTun())).toThrow(/^TUNGETIFF: EBADFD/)
})

test("TUNSETPERSIST: the interface outlives its fd, until it is made transient again", async () => {
  const { fd, name } = attach({ name: "lasting" })
  device.tunSetPersistent(fd, true)
  expect(device.tunGetInterface(fd).persistent).toBe(true)
  close(fd)
  expect((await oracle(name)).tun).toMatchObject({ persist: true })
  const again = attach({ name })
  device.tunSetPersistent(again.fd, false)
  close(again.fd)
  await expect(namespace.ip("link", "show", "dev", name)).rejects.toThrow(/does not exist/)
})

test("TUNSETOWNER, TUNSETGROUP: numbers as the kernel shows them", async () => {
  const { fd, name } = attach()
  device.tunSetOwner(fd, 54_321)
  device.tunSetGroup(fd, 54_322)
  expect((await oracle(name)).tun).toMatchObject({ user: 54_321, group: 54_322 })
})

test("TUNSETOFFLOAD: each segmentation alone, and USO4 only with USO6", () => {
  const { fd } = attach({ vnetHeader: true })
  const { checksum, tcp4, tcp6, tcpEcn, udp4, udp6 } = tunOffload
  for (const bits of [0, checksum, checksum | tcp4, checksum | tcp4 | tcp6 | tcpEcn | udp4 | udp6]) {
    expect(() => device.tunSetOffload(fd, bits)).not.toThrow()
  }
  expect(() => device.tunSetOffload(fd, checksum | udp4)).toThrow(/^TUNSETOFFLOAD: EINVAL/)
})

test("TUNSETVNETHDRSZ: 12 bytes are accepted and read back, 9 are not", () => {
  const { fd } = attach({ vnetHeader: true })
  expect(device.tunGetVnetHeaderSize(fd)).toBe(10)
  device.tunSetVnetHeaderSize(fd, 12)
  expect(device.tunGetVnetHeaderSize(fd)).toBe(12)
  expect(() => device.tunSetVnetHeaderSize(fd, 9)).toThrow(/^TUNSETVNETHDRSZ: EINVAL/)
})

test("TUNSETQUEUE: a queue goes out of service and comes back", async () => {
  const { name } = attach({ multiQueue: true, name: "queues" })
  const second = attach({ multiQueue: true, name })
  expect((await oracle(name)).tun).toMatchObject({ numqueues: 2, numdisabled: 0 })
  device.tunSetQueue(second.fd, false)
  expect((await oracle(name)).tun).toMatchObject({ numqueues: 1, numdisabled: 1 })
  device.tunSetQueue(second.fd, true)
  expect((await oracle(name)).tun).toMatchObject({ numqueues: 2, numdisabled: 0 })
})

test("TUNSETCARRIER: iproute2 sees the cable pulled and put back", async () => {
  const { fd, name } = attach()
  await namespace.exec("ip", ["link", "set", name, "up"])
  expect((await oracle(name)).link.flags).toContain("LOWER_UP")
  device.tunSetCarrier(fd, false)
  expect((await oracle(name)).link.flags).toContain("NO-CARRIER")
  device.tunSetCarrier(fd, true)
  expect((await oracle(name)).link.flags).toContain("LOWER_UP")
})

test("TUNSETSNDBUF: read back as set; 0 is EINVAL", () => {
  const { fd } = attach()
  device.tunSetSendBuffer(fd, 100_000)
  expect(device.tunGetSendBuffer(fd)).toBe(100_000)
  expect(() => device.tunSetSendBuffer(fd, 0)).toThrow(/^TUNSETSNDBUF: EINVAL/)
})

test("SIOCSIFHWADDR: a tap takes an address, a tun has none, a multicast one is refused", async () => {
  const { fd, name } = attach({ kind: "tap" })
  device.setHardwareAddress(fd, "02:00:5e:00:53:01")
  expect((await oracle(name)).link.address).toBe("02:00:5e:00:53:01")
  expect(() => device.setHardwareAddress(fd, "01:00:5e:00:00:01")).toThrow(/^SIOCSIFHWADDR: EADDRNOTAVAIL/)
  expect(() => device.setHardwareAddress(attach().fd, "02:00:5e:00:53:01")).toThrow(/^SIOCSIFHWADDR: E/)
})

test("a frame written to one end of the stack is read by it: the fd carries packets", async () => {
  const { fd, name } = attach({ name: "wire" })
  await namespace.exec("ip", ["address", "add", "10.77.0.1/24", "dev", name])
  const arena = createArena(2048)
  expect(sys.read(fd, arena.address, 2048)).toBe(-errno.EAGAIN)
  expect(sys.write(fd, arena.address, 20)).toBe(-errno.EINVAL) // IP version 0
  arena.bytes[0] = 0x45
  expect(sys.write(fd, arena.address, 20)).toBe(-errno.EIO) // the link is down
  await namespace.exec("ip", ["link", "set", name, "up"])
  // An ICMP echo request from 10.77.0.2: the kernel answers it to us.
  const hex = "4500001c000000004001" + "6645" + "0a4d00020a4d0001" + "0800e5cb12340000"
  arena.bytes.set(Buffer.from(hex, "hex"))
  expect(sys.write(fd, arena.address, 28)).toBe(28)
  const reply = "0a4d00010a4d00020000edcb12340000"
  await until(
    () => {
      const n = sys.read(fd, arena.address, 2048)
      return Buffer.from(arena.bytes.subarray(0, Math.max(n, 0)))
        .toString("hex")
        .endsWith(reply)
    },
    { what: "the echo reply" },
  )
})

test("holders: who has it open, by pid and command", () => {
  const networkNamespace = readNetworkNamespace()
  const holds = (search: Partial<HolderSearch> = {}) =>
    readTunHolders({ networkNamespace, except: 0, ...search }).filter((found) => found.interface === name)
  const { fd, name } = attach({ name: "mine" })
  expect(holds()).toEqual([{ pid: process.pid, fd, interface: name, command: expect.stringMatching(/./) }])
  expect(holds({ except: process.pid })).toEqual([])
  expect(holds({ networkNamespace: "net:[1]" })).toEqual([])
  close(fd)
  expect(holds()).toEqual([])
})
