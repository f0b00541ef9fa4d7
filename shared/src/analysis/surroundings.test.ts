import { describe, expect, test } from "vitest"
import { fallsBack, surroundingsOf } from "./surroundings.ts"

describe("over TCP", () => {
  const peers = [
    { name: "anna", carrier: "udp" },
    { name: "berta", carrier: "tcp" },
    { name: "clara", carrier: null },
  ] as const

  test("over udp those who have fallen back to it", () => {
    const { isOverTcp } = surroundingsOf({ transport: { kind: "udp" }, peers })
    expect(["anna", "berta", "clara", "nobody", undefined].filter(isOverTcp)).toEqual(["berta"])
  })

  test("over tcp everything, also what has no peer", () => {
    const { isOverTcp } = surroundingsOf({ transport: { kind: "tcp" } })
    expect(["anna", undefined].filter(isOverTcp)).toEqual(["anna", undefined])
  })

  test("peers are asked for only where the transport can change by itself", () => {
    expect(fallsBack({ kind: "udp", fallback: true })).toBe(true)
    expect(fallsBack({ kind: "udp" })).toBe(false)
    expect(fallsBack({ kind: "tcp" })).toBe(false)
  })
})

test.each([
  ["10.0.0.1/24", 0x0a00_00ff],
  ["10.0.5.1/22", 0x0a00_07ff],
  ["10.0.0.1/30", 0x0a00_0003],
  ["0.0.0.0/0", 0xffff_ffff],
])("the broadcast address of %s is known", (prefix, broadcast) => {
  const { isBroadcast } = surroundingsOf({ transport: { kind: "udp" }, addresses: ["fd00::1/64", prefix] })
  expect(isBroadcast(broadcast)).toBe(true)
  expect(isBroadcast(broadcast - 1)).toBe(false)
})

test("networks of two addresses or one have none", () => {
  const { isBroadcast } = surroundingsOf({ transport: { kind: "udp" }, addresses: ["10.0.0.254/31", "10.0.0.255/32"] })
  expect(isBroadcast(0x0a00_00ff)).toBe(false)
})
