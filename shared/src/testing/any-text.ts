import fc from "fast-check"

const surrogates = { first: 0xd800, count: 0x800 }
const character = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((n) => String.fromCodePoint(n < surrogates.first ? n : n + surrogates.count))

/** Text of any characters, as `unit: "binary"` makes it, without the seconds that its table of them all takes. */
export const anyText = (constraints: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: character })
