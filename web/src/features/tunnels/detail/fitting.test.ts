import type { InterfaceView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { fitting } from "./fitting.ts"

const device = (kind: "tun" | "tap", wanted: number, actual?: number): Parameters<typeof fitting>[0] => ({
  kind,
  mtu: wanted,
  actual: actual === undefined ? null : ({ mtu: actual } as InterfaceView["actual"]), // what the kernel says of it
})

test.each([
  ["a tun whose MTU is what fits", device("tun", 1472), 1472, { most: 1472, isTooLarge: false, mtu: 1472 }],
  ["one byte more", device("tun", 1473), 1472, { most: 1473, isTooLarge: true, mtu: 1472 }],
  [
    "a tap has an Ethernet header before its packets",
    device("tap", 1472),
    1472,
    { most: 1486, isTooLarge: true, mtu: 1458 },
  ],
  [
    "what the kernel says counts, not what is wanted",
    device("tun", 1400, 1500),
    1472,
    { most: 1500, isTooLarge: true, mtu: 1472 },
  ],
] as const)("fits in one piece: %s", (_, view, largestPacket, expected) => {
  expect(fitting(view, largestPacket)).toEqual(expected)
})
