import {
  attachFilter,
  close,
  createArena,
  errno,
  type IpFamily,
  messageFlags,
  openUnixSocketPair,
  sys,
} from "@tundeck/native-bindings"
import { afterEach, expect, test } from "vitest"
import { echoFilter } from "./icmp-filter.ts"
import { type EchoMark, echo, echoMark, isEcho, writeEcho } from "./icmp-header.ts"

// The kernel's own interpreter judges: a UNIX datagram socket runs its filter over whatever is sent to it.
const open: number[] = []
afterEach(() => {
  for (const fd of open.splice(0)) close(fd)
})

function filtered(family: IpFamily, mark: EchoMark | EchoMark[], identifier?: number): (bytes: Uint8Array) => boolean {
  const [from, to] = openUnixSocketPair("datagram")
  open.push(from, to)
  attachFilter(to, echoFilter(family, [mark].flat(), identifier))
  const arena = createArena(2048)
  return (bytes) => {
    arena.bytes.set(bytes)
    sys.send(from, arena.address, bytes.length, 0)
    const n = sys.recv(to, arena.address + 1024, 1024, messageFlags.doNotWait)
    expect([bytes.length, -errno.EAGAIN]).toContain(n)
    return n > 0
  }
}

/** As a raw socket sees it: over IPv4 behind an IP header of so many words. */
function message(family: IpFamily, mark: EchoMark, headerWords = 5, payload = 3): Uint8Array {
  const start = family === 4 ? headerWords * 4 : 0
  const bytes = new Uint8Array(start + echo.payload + payload).fill(0xee)
  if (family === 4) bytes.fill(0, 0, start).set([0x40 + headerWords])
  writeEcho(new DataView(bytes.buffer), start, mark, 0, 0x1234, 0x5678)
  return bytes
}

const cases = ([4, 6] as const).flatMap((family) =>
  (["request", "reply", "direct"] as const).map((form) => ({
    family,
    form,
    mark: echoMark(family, form, 0xfedc_ba98),
  })),
)

test.each(cases)("IPv$family, $form: its messages pass, with any IP options", ({ family, mark }) => {
  const passes = filtered(family, mark)
  for (const words of [5, 6, 15]) expect(passes(message(family, mark, words))).toBe(true)
  expect(passes(message(family, mark, 5, 0))).toBe(true)
})

test.each(cases)("IPv$family, $form: what is cut within the headers is dropped", ({ family, mark }) => {
  const passes = filtered(family, mark)
  const whole = message(family, mark, 5, 0)
  for (let length = 1; length < whole.length; length++) expect(passes(whole.subarray(0, length))).toBe(false)
})

test.each(cases)("IPv$family, $form: each flipped bit is judged as the code judges it", ({ family, mark }) => {
  const passes = filtered(family, mark)
  const start = family === 4 ? 20 : 0
  let dropped = 0
  for (let bit = 0; bit < 8 * echo.payload; bit++) {
    const bytes = message(family, mark)
    const at = start + (bit >> 3)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
    const expected = isEcho(new DataView(bytes.buffer), start, bytes.length - start, mark)
    if (!expected) dropped++
    expect(passes(bytes), `bit ${bit}`).toBe(expected)
  }
  expect(dropped).toBe(16 + 24 + 32)
})

test.each(cases)("IPv$family, $form: with an identifier only what carries it passes", ({ family, mark }) => {
  const bytes = message(family, mark)
  expect(filtered(family, mark, 0x1234)(bytes)).toBe(true)
  for (let bit = 0; bit < 16; bit++) expect(filtered(family, mark, 0x1234 ^ (1 << bit))(bytes)).toBe(false)
})

test.each([4, 6] as const)("IPv%d: a listener takes two forms, and neither with the type of the other", (family) => {
  const [request, reply, direct] = [
    echoMark(family, "request", 5),
    echoMark(family, "reply", 5),
    echoMark(family, "direct", 5),
  ]
  const passes = filtered(family, [request, direct])
  expect([request, reply, direct].map((mark) => passes(message(family, mark)))).toEqual([true, false, true])
  // The first is what a kernel answers to a request of our own.
  expect(passes(message(family, { ...request, type: direct.type }))).toBe(false)
  expect(passes(message(family, { ...direct, type: request.type }))).toBe(false)
  expect(passes(message(family, { ...direct, number: 4 }))).toBe(false)
})

test("an IP header that claims more than there is, or nothing, is dropped", () => {
  const mark = echoMark(4, "request", 1)
  const passes = filtered(4, mark)
  for (const words of [0, 1, 4, 6, 15]) {
    const bytes = message(4, mark)
    bytes[0] = 0x40 + words
    expect(passes(bytes)).toBe(false)
  }
})
