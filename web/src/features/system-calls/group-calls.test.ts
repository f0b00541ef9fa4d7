import type { SystemCallView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { groupCalls } from "./group-calls.ts"

function call(number: number, some: Partial<SystemCallView>): SystemCallView {
  return {
    ...{ number, time: number, request: null, action: "engine", interface: "tun0", tunnel: null, kind: "ioctl" },
    ...{ name: "TUNSETIFF", fd: 9, argument: "", isByValue: false, answer: "", error: null, detail: null },
    ...{ interfaces: [], command: null },
    ...some,
  }
}
const numbers = (calls: SystemCallView[]) => groupCalls(calls).map((group) => group.calls.map(({ number }) => number))

test("groups: the latest action first, its calls in their order, also when another's stand between", () => {
  const calls = [call(1, { request: "a" }), call(2, { request: "b" }), call(3, {}), call(4, { request: "b" })]
  expect(numbers(calls)).toEqual([[3], [2, 4], [1]])
})

test("groups: what is done without a request belongs together while it is the same, and one after the other", () => {
  const heal = { action: "heal" }
  const calls = [
    ...[call(1, heal), call(2, heal), call(3, { action: "reconnect" })],
    ...[call(4, { ...heal, time: 900 }), call(5, { ...heal, time: 5_000 })],
  ]
  expect(numbers(calls)).toEqual([[5], [3], [1, 2, 4]])
})

test("groups: each says how many were refused, and when it began", () => {
  const calls = [
    ...[call(7, { request: "a", time: 70 }), call(8, { request: "a", error: "EBUSY" })],
    call(9, { request: "a", kind: "socket", name: "connect", error: "EINPROGRESS" }),
  ]
  expect(groupCalls(calls)).toMatchObject([{ key: "7", time: 70, refused: 1 }])
})
