import { expect, test } from "vitest"
import { formatMacAddress, parseMacAddress } from "./mac-address.ts"
import { formatPrefix, parsePrefix } from "./prefix.ts"

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["10.1.2.3/32", "10.1.2.3/32"],
  ["FD00:0::/64", "fd00::/64"],
  ["::/0", "::/0"],
  ["::1/128", "::1/128"],
])("%s is the prefix %s", (text, expected) => {
  const prefix = parsePrefix(text)
  expect(prefix && formatPrefix(prefix)).toBe(expected)
})

test.each(["", "10.0.0.0", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8"])(
  "%j is no prefix",
  (text) => {
    expect(parsePrefix(text)).toBeUndefined()
  },
)

test("a MAC address is read in any case and written in lower case", () => {
  const bytes = parseMacAddress("02:00:5E:10:00:0a")
  expect(bytes && formatMacAddress(bytes)).toBe("02:00:5e:10:00:0a")
})

test.each(["", "02:00:5e:10:00", "02:00:5e:10:00:01:02", "02-00-5e-10-00-01", "2:0:5e:10:0:1", "02:00:5e:10:00:0g"])(
  "%j is no MAC address",
  (text) => {
    expect(parseMacAddress(text)).toBeUndefined()
  },
)
