import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeAddress } from "./address.ts"
import { attribute, concatenate, nestedAttribute, readAttributes, textAttribute, u32Attribute } from "./attributes.ts"
import { decodeLink } from "./link.ts"
import { readDone, readError, readMessages } from "./message.ts"
import { decodeRoute } from "./route.ts"

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

test("an attribute has its length without padding, and is padded to four bytes", () => {
  expect(hex(attribute(3, Uint8Array.of(1, 2)))).toBe("0600030001020000")
  expect(hex(u32Attribute(4, 1400))).toBe("0800040078050000")
  expect(hex(textAttribute(3, "tun"))).toBe("0800030074756e00")
})

test("a nest has the flag in its type, and is found without it", () => {
  const nest = nestedAttribute(18, u32Attribute(1, 7), undefined, textAttribute(2, "abcd"))
  expect(hex(nest.subarray(0, 4))).toBe("18001280")
  const inner = readAttributes(nest).nested(18)
  expect(inner.u32(1)).toBe(7)
  expect(inner.text(2)).toBe("abcd")
})

test("what is absent or too short is undefined", () => {
  const attributes = readAttributes(concatenate([attribute(1, Uint8Array.of(5)), attribute(2, new Uint8Array())]))
  expect(attributes.u8(1)).toBe(5)
  expect(attributes.u32(1)).toBeUndefined()
  expect(attributes.u8(2)).toBeUndefined()
  expect(attributes.u8(3)).toBeUndefined()
  expect(attributes.text(3)).toBeUndefined()
  expect(attributes.nested(3).bytes(1)).toBeUndefined()
})

test("reading ends at the first attribute that does not fit", () => {
  const two = concatenate([u32Attribute(1, 1), u32Attribute(2, 2)])
  for (let length = 8; length < 16; length++) {
    const attributes = readAttributes(two.subarray(0, length))
    expect(attributes.u32(1)).toBe(1)
    expect(attributes.u32(2)).toBeUndefined()
  }
  expect(readAttributes(Uint8Array.of(3, 0, 1, 0)).bytes(1)).toBeUndefined()
})

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  // Plausible heads: family and lengths that lead deeper than noise does.
  fc
    .tuple(fc.constantFrom(0, 2, 10), fc.array(fc.tuple(fc.nat(40), fc.nat(30), fc.uint8Array({ maxLength: 20 }))))
    .map(([family, parts]) =>
      concatenate([
        Uint8Array.of(family, ...new Array<number>(15).fill(1)),
        ...parts.map(([length, type, value]) => concatenate([Uint8Array.of(length, 0, type, 0), value])),
      ]),
    ),
)

test("no decoder throws, whatever the bytes", () => {
  fc.assert(
    fc.property(hostile, fc.nat(0xffff), (payload, flags) => {
      readMessages(payload)
      decodeLink(payload)
      decodeAddress(payload)
      decodeRoute(payload)
      readError({ type: 2, flags, sequence: 1, payload })
      readDone({ type: 3, flags, sequence: 1, payload })
    }),
    { numRuns: 5_000 },
  )
})
