import { afterAll, beforeAll, expect, test } from "vitest"
import type { Namespace } from "../../../testing/namespace.ts"
import { createArena } from "../libc/arena.ts"
import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { enterNamespace } from "../testing/inside.ts"
import { createMessageReader } from "./message-reader.ts"
import {
  bindToDevice,
  getOption,
  getOptionBytes,
  setKeepalive,
  setLinger,
  setMark,
  setNoDelay,
  setNotSentLowWater,
  setReceiveBuffer,
  setReceiveTime,
  setReuseAddress,
  setSendBuffer,
  setTypeOfService,
  setUserTimeout,
  setV6Only,
} from "./options.ts"
import {
  bind,
  connect,
  listen,
  openIcmpSocket,
  openTcpSocket,
  openUdpSocket,
  peerName,
  shutdown,
  socketName,
} from "./socket.ts"
import { tcpInfo } from "./tcp-info.ts"

let namespace: Namespace
beforeAll(async () => {
  namespace = await enterNamespace("sockets")
})
afterAll(() => namespace.delete())

test.each([
  [4, "127.0.0.1"],
  [6, "::1"],
] as const)("IPv%d: listen, connect, accept; each end knows both names", (family, address) => {
  const server = openTcpSocket(family)
  const client = openTcpSocket(family)
  setReuseAddress(server, true)
  bind(server, { address, port: 0 })
  listen(server, 8)
  const { port } = socketName(server)
  try {
    connect(client, { address, port })
  } catch (error) {
    expect(error).toMatchObject({ call: "connect", code: "EINPROGRESS" })
  }
  expect(sys.getSocketError(client)).toBe(0)
  const accepted = sys.accept4(server, 0, 0, 0)
  expect(accepted).toBeGreaterThan(0)
  expect(peerName(client)).toEqual({ address, port })
  expect(peerName(accepted)).toEqual(socketName(client))
  expect(tcpInfo(accepted)).toMatchObject({ state: "established", totalRetransmits: 0 })
  shutdown(client, "write")
  expect(sys.read(accepted, createArena(8).address, 8)).toBe(0)
  for (const fd of [server, client, accepted]) close(fd)
})

test("options are read back as they were set", () => {
  const fd = openTcpSocket(4)
  setNoDelay(fd, true)
  setKeepalive(fd, { idleSeconds: 5, intervalSeconds: 2, count: 3 })
  setUserTimeout(fd, 9_000)
  setNotSentLowWater(fd, 16_384)
  setTypeOfService(fd, 4, 0x10)
  setLinger(fd, 0)
  setSendBuffer(fd, 50_000)
  setReceiveBuffer(fd, 60_000)
  const names = ["TCP_NODELAY", "SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"] as const
  expect(names.map((name) => getOption(fd, name))).toEqual([1, 1, 5, 2, 3])
  expect(getOption(fd, "TCP_USER_TIMEOUT")).toBe(9_000)
  expect(getOption(fd, "TCP_NOTSENT_LOWAT")).toBe(16_384)
  expect(getOption(fd, "IP_TOS")).toBe(0x10)
  expect([...getOptionBytes(fd, "SO_LINGER", 8)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  expect(getOption(fd, "SO_SNDBUF")).toBe(100_000)
  expect(getOption(fd, "SO_RCVBUF")).toBe(120_000)
  setMark(fd, 7)
  expect(getOption(fd, "SO_MARK")).toBe(7)
  bindToDevice(fd, "lo")
  expect(new TextDecoder().decode(getOptionBytes(fd, "SO_BINDTODEVICE", 16))).toBe("lo\0")
  expect(() => bindToDevice(fd, "no-such-link")).toThrow(/^SO_BINDTODEVICE: ENODEV/)
  close(fd)
  const six = openTcpSocket(6)
  setV6Only(six, true)
  setTypeOfService(six, 6, 0x20)
  expect(getOption(six, "IPV6_V6ONLY")).toBe(1)
  expect(getOption(six, "IPV6_TCLASS")).toBe(0x20)
  close(six)
})

test("a port in use is EADDRINUSE, named after the call", () => {
  const [first, second] = [openTcpSocket(4), openTcpSocket(4)]
  bind(first, { address: "127.0.0.1", port: 0 })
  const taken = socketName(first)
  expect(() => bind(second, taken)).toThrow(new SyscallError("bind", 98))
  close(first)
  close(second)
})

test.each([4, 6] as const)("IPv%d: a raw ICMP socket opens for root", (family) => {
  const fd = openIcmpSocket(family, "raw")
  expect(fd).toBeGreaterThan(0)
  close(fd)
})

test("a ping socket is for the groups that the kernel lists", async () => {
  await namespace.exec("sysctl", ["-q", "net.ipv4.ping_group_range=1 0"])
  expect(() => openIcmpSocket(4, "dgram")).toThrow(/^socket: EACCES/)
  await namespace.exec("sysctl", ["-q", "net.ipv4.ping_group_range=0 0"])
  close(openIcmpSocket(4, "dgram"))
  close(openIcmpSocket(6, "dgram"))
})

test.each([
  [4, "127.0.0.1"],
  [6, "::1"],
] as const)("IPv%d: a datagram says who sent it, and when it came", (family, address) => {
  const from = openUdpSocket(family)
  const to = openUdpSocket(family)
  bind(from, { address, port: 0 })
  bind(to, { address, port: 0 })
  const read = createMessageReader(to, 16)
  expect(read()).toBe(-errno.EAGAIN)
  const arena = createArena(32)
  arena.bytes.fill(7)
  connect(from, socketName(to))
  sys.send(from, arena.address, 4, 0)
  expect(read()).toEqual({ bytes: new Uint8Array(4).fill(7), from: socketName(from), time: undefined })
  setReceiveTime(to)
  const before = sys.clockRealtimeMilliseconds()
  sys.send(from, arena.address, 32, 0)
  const message = read()
  expect(message).toMatchObject({ bytes: new Uint8Array(16).fill(7) })
  const time = typeof message === "number" ? undefined : message.time
  expect(time).toBeGreaterThanOrEqual(before - 0.01)
  expect(time).toBeLessThanOrEqual(sys.clockRealtimeMilliseconds() + 0.01)
  for (const fd of [from, to]) close(fd)
})
