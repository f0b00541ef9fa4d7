import { expect, test } from "vitest"
import { concatenate, textAttribute, viewOf } from "./attributes.ts"
import { encodeMessage, readDone, readError, readMessages } from "./message.ts"
import { messageFlag } from "./numbers.ts"

const messages = [
  { type: 16, flags: 5, sequence: 7, payload: Uint8Array.of(1, 2, 3, 4) },
  { type: 3, flags: 2, sequence: 0xffffffff, payload: new Uint8Array() },
]

function int(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setInt32(0, value, true)
  return bytes
}

test("a header is length, type, flags, sequence, port, in host order", () => {
  expect(
    Buffer.from(encodeMessage({ type: 16, flags: 5, sequence: 7, payload: new Uint8Array(4) })).toString("hex"),
  ).toBe("1400000010000500070000000000000000000000")
})

test("a datagram's messages are read as they were written; a cut one is left out", () => {
  const datagram = concatenate(messages.map(encodeMessage))
  expect(readMessages(datagram)).toEqual(messages)
  for (let length = 20; length < 36; length++) {
    expect(readMessages(datagram.subarray(0, length))).toEqual(messages.slice(0, 1))
  }
  for (let length = 0; length < 20; length++) expect(readMessages(datagram.subarray(0, length))).toEqual([])
})

const sentence = textAttribute(1, "mtu less than device minimum")
const request = encodeMessage({ type: 16, flags: 5, sequence: 1, payload: new Uint8Array(8) })

test.each([
  ["capped", messageFlag.answerCapped | messageFlag.answerAttributes, request.subarray(0, 16)],
  ["with the whole request", messageFlag.answerAttributes, request],
])("an error %s tells errno and sentence", (_name, flags, repeated) => {
  const payload = concatenate([int(-22), repeated, sentence])
  expect(readError({ type: 2, flags, sequence: 1, payload })).toEqual({
    errno: 22,
    detail: "mtu less than device minimum",
  })
})

test("an error without attributes has no detail, and 0 is success", () => {
  const payload = concatenate([int(0), request])
  expect(readError({ type: 2, flags: 0, sequence: 1, payload })).toEqual({ errno: 0, detail: undefined })
})

test("the end of a dump may carry an error, too", () => {
  const payload = concatenate([int(-2), sentence])
  const flags = messageFlag.answerAttributes
  expect(readDone({ type: 3, flags, sequence: 1, payload })).toEqual({
    errno: 2,
    detail: "mtu less than device minimum",
  })
  expect(readDone({ type: 3, flags: 2, sequence: 1, payload: int(0) })).toEqual({ errno: 0, detail: undefined })
})
