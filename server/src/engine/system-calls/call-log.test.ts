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
