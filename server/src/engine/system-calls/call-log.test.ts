import type { KernelCall } from "@tundeck/native-bindings"
import { systemCall } from "@tundeck/shared"
import { expect, it } from "vitest"
import { CallLog } from "./call-log.ts"

const call: KernelCall = {
  ...{ kind: "ioctl", name: "TUNSETPERSIST", fd: 12, argument: new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]) },
  ...{
    isByValue: true,
    answer: new Uint8Array(),
    errno: 0,
    detail: undefined,
    interfaces: [{ index: 0, name: "tun7" }],
  },
}
const asked = (request: string) => ({ cause: { request, action: "createInterface" }, tunnel: null, interface: "tun7" })
const byItself = { cause: undefined, tunnel: null, interface: "tun8" }

it("is listed by request, interface and tunnel, the oldest of the latest first", () => {
  const log = new CallLog(() => 5)
  log.add(call, asked("a"))
  log.add({ ...call, errno: 16, detail: "because" }, byItself)
  log.add(call, { ...asked("b"), tunnel: "t_1" })
  const numbers = (wish: object) => log.list({ limit: 100, ...wish }).map(({ number }) => number)
  expect(numbers({})).toEqual([1, 2, 3])
  expect(numbers({ limit: 2 })).toEqual([2, 3])
  expect(numbers({ request: "a" })).toEqual([1])
  expect(numbers({ interface: "tun7" })).toEqual([1, 3])
  expect(numbers({ tunnel: "t_1" })).toEqual([3])
  const all = log.list({ limit: 100 })
  expect(all[1]).toMatchObject({ request: null, action: "engine", error: "EBUSY", detail: "because", time: 5 })
  expect(all[0]).toMatchObject({ request: "a", argument: "0100000000000000", error: null })
  for (const one of all) expect(systemCall.parse(one)).toEqual(one)
})

it("holds the latest; what the engine does by itself pushes no action out", () => {
  const log = new CallLog()
  log.add(call, asked("first"))
  for (let count = 0; count < 5000; count++) log.add(call, byItself)
  expect(log.list({ limit: 1000, request: "first" })).toHaveLength(1)
  expect(log.list({ limit: 1000 })).toHaveLength(513)
  for (let count = 0; count < 5000; count++) log.add(call, asked("later"))
  expect(log.list({ limit: 10_000 })).toHaveLength(2048)
  expect(log.list({ limit: 1000, request: "first" })).toHaveLength(0)
})

it("an opened device is kept with the interface that is attached to it, and not before", () => {
  const log = new CallLog()
  const context = { ...asked("a"), interface: null }
  const opened = { ...call, kind: "file" as const, name: "open", fd: 20, interfaces: [] }
  log.add(opened, context) // which only asked the driver
  log.add({ ...opened, fd: -1, errno: 13 }, context)
  log.add(opened, context)
  log.add({ ...call, name: "TUNSETIFF", fd: 20 }, asked("a"))
  const listed = log.list({ limit: 10, request: "a" }).map((one) => [one.number, one.name, one.interface, one.error])
  expect(listed).toEqual([
    [1, "open", null, "EACCES"],
    [2, "open", "tun7", null],
    [3, "TUNSETIFF", "tun7", null],
  ])
})

/** What renames interface 7, as linux/rtnetlink.h and linux/if_link.h have it. */
function renaming(to: string): Uint8Array {
  const bytes = Buffer.alloc(16 + 16 + 4 + 16)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(16, 4) // RTM_NEWLINK
  bytes.writeInt32LE(7, 16 + 4)
  bytes.writeUInt16LE(4 + 16, 32)
  bytes.writeUInt16LE(3, 34) // IFLA_IFNAME
  bytes.write(to, 36)
  return bytes
}

it("an interface's calls are found under each name that it had, and under no other's", () => {
  const log = new CallLog()
  const rename = (from: string, to: string, errno = 0) => {
    const named = { ...call, kind: "rtnetlink" as const, name: "RTM_NEWLINK", argument: renaming(to), errno }
    log.add(named, { ...byItself, interface: from })
  }
  const does = (name: string) => log.add(call, { ...byItself, interface: name })
  const numbers = (name: string) => log.list({ limit: 100, interface: name }).map(({ number }) => number)
  does("a") // 1
  rename("a", "b") // 2
  does("b") // 3
  does("a") // 4: of another interface, which now has that name
  rename("b", "c") // 5
  does("c") // 6
  rename("a", "d", 1) // 7: refused
  expect(numbers("c")).toEqual([1, 2, 3, 5, 6])
  expect(numbers("b")).toEqual([1, 2, 3, 5])
  expect(numbers("a")).toEqual([1, 2, 4, 7])
  expect(numbers("d")).toEqual([])
  rename("c", "a") // 8: back again
  expect(numbers("a")).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})
