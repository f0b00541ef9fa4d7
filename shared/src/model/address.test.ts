import { describe, expect, it } from "vitest"
import {
  addressBytes,
  addressText,
  canonicalAddress,
  isPublicAddress,
  networkOf,
  parsePrefix,
  prefixContains,
} from "./address.ts"

describe("canonicalAddress", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["FD00:0:0::0001", "fd00::1"],
    ["::", "::"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ])("%s is %s", (text, canonical) => expect(canonicalAddress(text)).toBe(canonical))

  it.each([
    "010.0.0.1",
    "10.0.0.256",
    "10.0.0",
    "1.2.3.4.5",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    ":::",
    "1::2::3",
    "",
    " 10.0.0.1",
    "0x7f.1",
  ])("%j is refused", (text) => expect(canonicalAddress(text)).toBeUndefined())
})

describe("prefixes", () => {
  it.each(["10.0.0.1", "10.0.0.1/33", "10.0.0.1/08", "10.0.0.1/-1", "::1/129", "10.0.0.01/8", "/8"])(
    "%j is refused",
    (text) => expect(parsePrefix(text)).toBeUndefined(),
  )

  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3/0", "0.0.0.0/0"],
    ["10.1.2.255/25", "10.1.2.128/25"],
    ["fd00:1:2:3::9/50", "fd00:1:2::/50"],
    ["::1/128", "::1/128"],
  ])("the network of %s is %s", (text, network) => {
    const prefix = parsePrefix(text)
    expect(prefix && networkOf(prefix)).toBe(network)
  })

  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/9", "10.128.0.1", false],
    ["fd00::/7", "fe00::1", false],
    ["fd00::/7", "fc12::1", true],
    ["0.0.0.0/0", "::1", false],
  ])("%s contains %s: %s", (text, address, inside) => {
    const prefix = parsePrefix(text)
    expect(prefix && prefixContains(prefix, address)).toBe(inside)
  })
})

it("bytes and text are each other's inverse", () => {
  for (const text of ["10.0.0.1", "fd00::1", "::", "1:2:3:4:5:6:7:8", "2001:db8::5:0:0:1"])
    expect(addressText(addressBytes(text))).toBe(text)
})

it("knows what routers of the Internet carry", () => {
  expect(["8.8.8.8", "2a00::1", "172.32.0.1"].every(isPublicAddress)).toBe(true)
  expect(["10.1.1.1", "172.31.0.1", "fd12::1", "fe80::1", "127.0.0.1"].some(isPublicAddress)).toBe(false)
})
