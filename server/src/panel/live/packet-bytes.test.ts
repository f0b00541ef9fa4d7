import type { PacketRecord } from "@tundeck/shared"
import { expect, it } from "vitest"
import { PacketBytes } from "./packet-bytes.ts"

const record = (number: number, bytes: Uint8Array): PacketRecord => ({
  number,
  time: 1000 + number,
  peer: undefined,
  overhead: undefined,
  batch: 1,
  inside: 0,
  bundle: 0,
  wireLength: 1500,
  direction: "outbound",
  verdict: 0,
  errno: 0,
  packets: 1,
  injected: false,
  bytes,
})
const packet = (number: number, length = 400) => record(number, new Uint8Array(length).fill(number % 251))
const megabyte = 1024 * 1024

it("a packet is found by its number, with what was captured of it", () => {
  const kept = new PacketBytes()
  for (const number of [3, 4, 9]) kept.keep("a", packet(number), "ethernet")
  kept.keep("b", packet(3, 20), "ip")
  expect(kept.find("a", 4)).toEqual({
    number: 4,
    time: 1004,
    link: "ethernet",
    length: 1500,
    bytes: new Uint8Array(400).fill(4),
  })
  expect(kept.find("b", 3)?.bytes).toEqual(new Uint8Array(20).fill(3))
  expect([2, 5, 10].map((number) => kept.find("a", number))).toEqual([undefined, undefined, undefined])
  expect(kept.find("c", 3)).toBeUndefined()
})

it("when the room is full the oldest go, and every other one is whole", () => {
  const kept = new PacketBytes(megabyte)
  for (let number = 1; number <= 10_000; number++) kept.keep("a", packet(number), "ip")
  expect(kept.find("a", 1)).toBeUndefined()
  const found = Array.from({ length: 10_000 }, (_, index) => kept.find("a", index + 1))
  const oldest = found.findIndex((one) => one !== undefined)
  expect(oldest).toBeGreaterThan(8000)
  expect(oldest).toBeLessThan(9000)
  for (const [index, one] of found.entries()) {
    if (index >= oldest) expect(one?.bytes).toEqual(new Uint8Array(400).fill((index + 1) % 251))
  }
})

it("the tunnel that holds most gives up: a quiet one keeps what it has", () => {
  const kept = new PacketBytes(megabyte)
  kept.keep("quiet", packet(1), "ip")
  for (let number = 1; number <= 10_000; number++) kept.keep("busy", packet(number), "ip")
  expect(kept.find("quiet", 1)?.bytes.length).toBe(400)
  expect(kept.find("busy", 10_000)?.bytes.length).toBe(400)
})

it("more tunnels than there is room for: the latest packet is there", () => {
  const kept = new PacketBytes(megabyte)
  for (let tunnel = 0; tunnel < 50; tunnel++) {
    kept.keep(`${tunnel}`, packet(7), "ip")
    expect(kept.find(`${tunnel}`, 7)).toBeDefined()
  }
  expect(kept.find("0", 7)).toBeUndefined()
})

it("what is forgotten makes room, and a tunnel that counts anew has nothing of before", () => {
  const kept = new PacketBytes(megabyte)
  for (let number = 1; number <= 1200; number++) kept.keep("a", packet(number), "ip")
  kept.forget("a")
  expect(kept.find("a", 1200)).toBeUndefined()
  for (let number = 1; number <= 1200; number++) kept.keep("b", packet(number), "ip")
  expect(kept.find("b", 1)).toBeDefined()
  kept.keep("b", packet(2, 7), "ip")
  expect(kept.find("b", 2)?.bytes.length).toBe(7)
  expect(kept.find("b", 1)).toBeUndefined()
  expect(kept.find("b", 1200)).toBeUndefined()
})
