import { expect, it } from "vitest"
import { LocalAddresses } from "./local-addresses.ts"

const view = new DataView(new ArrayBuffer(128))

// cmsg_len u64 | level i32 | type i32 | struct in_pktinfo or in6_pktinfo
const controls = {
  4: { bytes: [28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 10, 0, 0, 1, 10, 0, 0, 255], room: 32 },
  6: {
    bytes: [36, 0, 0, 0, 0, 0, 0, 0, 41, 0, 0, 0, 50, 0, 0, 0, 0xfd, 8, ...Array(13).fill(0), 1, 2, 0, 0, 0],
    room: 40,
  },
} as const

function heard(family: 4 | 6, peer: number, length: number = controls[family].bytes.length): LocalAddresses {
  const locals = new LocalAddresses(family, 3)
  new Uint8Array(view.buffer).fill(0).set(controls[family].bytes, 24)
  locals.note(peer, view, 24, length)
  return locals
}

function written(locals: LocalAddresses, peer: number, room: number): number[] {
  new Uint8Array(view.buffer).fill(0xff)
  expect(locals.write(peer, view, 40)).toBe(room)
  return [...new Uint8Array(view.buffer, 40, room)]
}

it("IPv4: what came to an address is answered from it, over any interface", () => {
  const { bytes, room } = controls[4]
  const expected = [...bytes.slice(0, 16), 0, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0]
  expect(written(heard(4, 1), 1, room).slice(0, 28)).toEqual(expected)
})

it("IPv6: likewise", () => {
  const { bytes, room } = controls[6]
  expect(written(heard(6, 2), 2, room).slice(0, 36)).toEqual([...bytes.slice(0, 32), 0, 0, 0, 0])
})

it.each([4, 6] as const)(
  "IPv%s: who was not heard, or heard with less or something else, is sent to from where the kernel likes",
  (family) => {
    const { bytes } = controls[family]
    expect(heard(family, 1).write(0, view, 40)).toBe(0)
    expect(heard(family, 1, bytes.length - 1).write(1, view, 40)).toBe(0)
    const other = new LocalAddresses(family, 1)
    new Uint8Array(view.buffer).set(controls[family === 4 ? 6 : 4].bytes)
    other.note(0, view, 0, 64)
    expect(other.write(0, view, 40)).toBe(0)
  },
)

it("what was noted may be forgotten, or be another's", () => {
  const locals = heard(4, 1)
  const before = written(locals, 1, 32)
  locals.adopt(0, 1)
  locals.forget(1)
  expect(locals.write(1, view, 40)).toBe(0)
  expect(written(locals, 0, 32)).toEqual(before)
})

it("peers keep what is known of them while others come and go", () => {
  const locals = heard(4, 1)
  const before = written(locals, 1, 32)
  locals.resize(100)
  expect(written(locals, 1, 32)).toEqual(before)
  locals.resize(1)
  locals.resize(3)
  expect(locals.write(1, view, 40)).toBe(0)
})
