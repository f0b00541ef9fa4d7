import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import type { Namespace } from "../../../testing/namespace.ts"
import { openRtnetlink } from "../netlink/rtnetlink.ts"
import { setNoDelay } from "../socket/options.ts"
import { bind, closeSocket, connect, listen, openTcpSocket, openUdpSocket } from "../socket/socket.ts"
import { enterNamespace } from "../testing/inside.ts"
import * as device from "../tun/device.ts"
import { close } from "./files.ts"
import { type KernelCall, observeKernelCalls } from "./kernel-calls.ts"

const plain = { kind: "tun", packetInfo: false, vnetHeader: false, multiQueue: false } as const
let namespace: Namespace

beforeAll(async () => {
  namespace = await enterNamespace("calls")
})
afterEach(() => observeKernelCalls(undefined))
afterAll(() => namespace.delete())

/** What is observed while `act` runs. */
function observed(act: () => void): KernelCall[] {
  const calls: KernelCall[] = []
  observeKernelCalls((call) => calls.push(call))
  try {
    act()
  } finally {
    observeKernelCalls(undefined)
  }
  return calls
}

function namesOf(calls: readonly KernelCall[]) {
  return calls.map(({ name, errno, interfaces }) => [name, errno, interfaces.map((each) => each.name)])
}

const textAt = (bytes: Uint8Array, start: number, end: number) =>
  new TextDecoder().decode(bytes.subarray(start, end)).replace(/\0.*$/s, "")

test("ioctls: what was given, what came back, and the interface behind the fd", () => {
  const fd = device.openTun()
  const calls = observed(() => {
    device.tunSetInterface(fd, { ...plain, name: "seen%d" })
    device.tunSetOwner(fd, 1234)
    device.tunGetInterface(fd)
    device.tunSetVnetHeaderSize(fd, 12)
    expect(() => device.tunSetQueue(fd, true)).toThrow("EINVAL")
  })
  close(fd)
  expect(namesOf(calls)).toEqual([
    ["TUNSETIFF", 0, ["seen0"]],
    ["TUNSETOWNER", 0, ["seen0"]],
    ["TUNSETVNETHDRSZ", 0, ["seen0"]],
    ["TUNSETQUEUE", 22, ["seen0"]],
  ])
  const [attached, owned] = calls
  expect(attached).toMatchObject({ kind: "ioctl", fd, isByValue: false })
  expect(textAt(attached?.argument ?? new Uint8Array(), 0, 16)).toBe("seen%d")
  expect(textAt(attached?.answer ?? new Uint8Array(), 0, 16)).toBe("seen0")
  expect(owned).toMatchObject({ isByValue: true, argument: Uint8Array.from([0xd2, 4, 0, 0, 0, 0, 0, 0]) })
})

test("rtnetlink: what changes is told with the names that its indices had, what reads is not", () => {
  const rtnetlink = openRtnetlink()
  const calls = observed(() => {
    rtnetlink.linkAddBridge("bridge")
    const index = rtnetlink.linkByName("bridge")?.index ?? 0
    rtnetlink.linkSet({ index, name: "other" })
    rtnetlink.addressAdd({ index, address: "10.1.0.1", prefixLength: 24 })
    expect(() => rtnetlink.linkSet({ index, mtu: 1 })).toThrow("EINVAL")
    rtnetlink.linkSet({ index, up: true })
    rtnetlink.routeAdd({ interfaceIndex: index, destination: "10.2.0.0/16" })
    rtnetlink.linkDelete(index)
  })
  rtnetlink.close()
  expect(namesOf(calls)).toEqual([
    ["RTM_NEWLINK", 0, []],
    ["RTM_NEWLINK", 0, ["bridge"]],
    ["RTM_NEWADDR", 0, ["other"]],
    ["RTM_NEWLINK", 22, ["other"]],
    ["RTM_NEWLINK", 0, ["other"]],
    ["RTM_NEWROUTE", 0, ["other"]],
    ["RTM_DELLINK", 0, ["other"]],
  ])
  expect(calls[3]?.detail).toBe("mtu less than device minimum")
  for (const { argument, answer } of calls) {
    expect(new DataView(argument.buffer).getUint32(0, true)).toBe(argument.length)
    expect(new DataView(answer.buffer).getUint16(4, true)).toBe(2) // NLMSG_ERROR, which also says that it was done
  }
})

test("a device: opened, attached to, closed, each with its answer", () => {
  const calls = observed(() => {
    const fd = device.openTun()
    device.tunSetInterface(fd, { ...plain, name: "seen9" })
    device.closeTun(fd)
    expect(() => device.openTun("/dev/net/none")).toThrow("ENOENT")
  })
  expect(namesOf(calls)).toEqual([
    ["open", 0, []],
    ["TUNSETIFF", 0, ["seen9"]],
    ["close", 0, ["seen9"]],
    ["open", 2, []],
  ])
  const [opened, attached, closed, refused] = calls
  expect(new Set([opened?.fd, attached?.fd, closed?.fd]).size).toBe(1)
  expect(textAt(opened?.argument ?? new Uint8Array(), 8, 30)).toBe("/dev/net/tun")
  expect(refused?.fd).toBe(-1)
})

test("a socket: made, bound, connected, closed, each with its answer", () => {
  const calls = observed(() => {
    const fd = openTcpSocket(4)
    bind(fd, { address: "127.0.0.1", port: 7001 })
    listen(fd, 5)
    const other = openUdpSocket(6)
    expect(() => connect(other, { address: "fd99::1", port: 7002 })).toThrow("ENETUNREACH")
    for (const each of [other, fd]) closeSocket(each)
    closeSocket(fd) // whatever the kernel says
  })
  expect(calls.map(({ name, fd, errno }) => [name, fd, errno])).toEqual([
    ...["socket", "bind", "listen"].map((name) => [name, calls[0]?.fd, 0]),
    ["socket", calls[3]?.fd, 0],
    ["connect", calls[3]?.fd, 101],
    ["close", calls[3]?.fd, 0],
    ["close", calls[0]?.fd, 0],
    ["close", calls[0]?.fd, 9],
  ])
})

test("setsockopt is told, and nothing once nobody observes", () => {
  const fd = openTcpSocket(4)
  const calls = observed(() => setNoDelay(fd, true))
  setNoDelay(fd, false)
  close(fd)
  expect(calls).toMatchObject([{ kind: "setsockopt", name: "TCP_NODELAY", argument: Uint8Array.from([1, 0, 0, 0]) }])
})
