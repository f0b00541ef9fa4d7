import { composePacket, packetWish } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { readIcmpAnswer } from "./icmp-answer.ts"

const source = { 4: "10.0.0.1", 6: "fd00::1" } as const
const destination = { 4: "10.0.0.9", 6: "fd00::9" } as const
const ids = { identifier: 0x1234, sequence: 7 }

function question(family: 4 | 6): Uint8Array {
  const ends = { source: source[family], destination: destination[family] }
  return composePacket(packetWish.parse({ kind: "echo", ...ends, ...ids }))
}

/** As a raw socket hands it over. */
function error(family: 4 | 6, type: number, code: number, word: number[], quoted = question(family)): Uint8Array {
  const message = [type, code, 0, 0, ...word, ...quoted.subarray(0, 60)]
  return Uint8Array.from(family === 4 ? [0x45, ...Array(19).fill(0), ...message] : message)
}

it.each<[string, 4 | 6, number, number, number[], object]>([
  ["a hop limit that ended, IPv4", 4, 11, 0, [0, 0, 0, 0], { kind: "time-exceeded" }],
  ["a hop limit that ended, IPv6", 6, 3, 0, [0, 0, 0, 0], { kind: "time-exceeded" }],
  ["too large, IPv4", 4, 3, 4, [0, 0, 5, 0], { kind: "too-big", mtu: 1280 }],
  ["too large, from an old router", 4, 3, 4, [0, 0, 0, 0], { kind: "too-big" }],
  ["too large, IPv6", 6, 2, 0, [0, 0, 5, 0], { kind: "too-big", mtu: 1280 }],
  ["no host, IPv4", 4, 3, 1, [0, 0, 0, 0], { kind: "unreachable", detail: "that host does not answer" }],
  ["filtered, IPv6", 6, 1, 1, [0, 0, 0, 0], { kind: "unreachable", detail: "filtered on the way" }],
  ["a code of tomorrow", 6, 1, 99, [0, 0, 0, 0], { kind: "unreachable", detail: "code 99" }],
])("%s", (_what, family, type, code, word, answer) => {
  expect(readIcmpAnswer(family, error(family, type, code, word))).toEqual({ echo: ids, answer })
})

it("a reply says whose", () => {
  const message = [129, 0, 0, 0, 0x12, 0x34, 0, 7]
  expect(readIcmpAnswer(6, Uint8Array.from(message))).toEqual({ echo: ids, answer: { kind: "reply" } })
})

it("an error about anything but an echo request is none of ours", () => {
  const udp = composePacket(
    packetWish.parse({ kind: "udp", source: source[4], destination: destination[4], destinationPort: 53 }),
  )
  expect(readIcmpAnswer(4, error(4, 11, 0, [0, 0, 0, 0], udp))).toBeUndefined()
  const ourReply = question(4)
  ourReply[20] = 0 // what this host's kernel answered to somebody else
  expect(readIcmpAnswer(4, error(4, 11, 0, [0, 0, 0, 0], ourReply))).toBeUndefined()
  const fragment = readIcmpAnswer(4, error(4, 11, 1, [0, 0, 0, 0])) // reassembly time: our question had come there
  expect(fragment).toBeUndefined()
})

it("any bytes, cut anywhere, are read without a fault", () => {
  fc.assert(
    fc.property(fc.constantFrom<4 | 6>(4, 6), fc.uint8Array({ maxLength: 120 }), (family, bytes) => {
      readIcmpAnswer(family, bytes)
    }),
  )
  for (const family of [4, 6] as const) {
    const whole = error(family, family === 4 ? 11 : 3, 0, [0, 0, 0, 0])
    const needed = (family === 4 ? 20 + 8 + 20 : 8 + 40) + 8
    for (let length = 0; length < whole.length; length++) {
      expect(readIcmpAnswer(family, whole.subarray(0, length)) !== undefined).toBe(length >= needed)
    }
  }
})
