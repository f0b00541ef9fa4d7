import { expect, test } from "vitest"
import { formatIpAddress, parseIpAddress } from "./ip-address.ts"

const canonical = [
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["FE80:0:0:0:0:0:0:1", "fe80::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
  ["::ffff:a00:1", "::ffff:10.0.0.1"],
  ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
] as const

test.each(canonical)("%s is written %s", (text, expected) => {
  const bytes = parseIpAddress(text)
  expect(bytes && formatIpAddress(bytes)).toBe(expected)
})

const refused = [
  "",
  "1.2.3",
  "1.2.3.4.5",
  "01.2.3.4",
  "1.2.3.256",
  "1.2.3.-1",
  " 1.2.3.4",
  "1.2.3.4\n",
  "0x1.2.3.4",
  ":",
  ":::",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8::",
  "1::2::3",
  "12345::",
  "fe80::1%eth0",
  "::1.2.3.4:5",
  "1.2.3.4::",
  "::1.2.3.04",
  "g::",
]

test.each(refused)("%j is no address", (text) => {
  expect(parseIpAddress(text)).toBeUndefined()
})
