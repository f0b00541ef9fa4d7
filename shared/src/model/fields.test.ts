import { describe, expect, it } from "vitest"
import { parseEndpoint } from "./endpoint.ts"
import { account, interfaceAddress, interfaceName, mtu, network } from "./fields.ts"
import { interfaceCreate } from "./interface.ts"
import { tunnelCreate } from "./tunnel.ts"

describe("interface names", () => {
  it.each(["tun0", "lab", "a", "vpn-1.2", "123456789012345"])("%s is allowed", (name) =>
    expect(interfaceName.safeParse(name).success).toBe(true),
  )
  it.each([
    "",
    "1234567890123456",
    "a/b",
    "a b",
    "..",
    "a..b",
    "-x",
    "tun%d",
    ".x",
    "all",
    "default",
    "$(id)",
    "eth;id",
    "<b>x",
    "tün",
    "a:b",
    "a\n",
  ])("%j is refused", (name) => expect(interfaceName.safeParse(name).success).toBe(false))
})

it("the MTU runs from 68 to 65,535", () => {
  expect([68, 1500, 65_535].every((n) => mtu.safeParse(n).success)).toBe(true)
  expect([67, 65_536, 1500.5, "1500", Number.NaN].some((n) => mtu.safeParse(n).success)).toBe(false)
})

it.each(["0.0.0.0/0", "::/64", "224.0.0.1/24", "ff02::1/64", "255.255.255.255/32"])(
  "%s is no address of an interface",
  (text) => expect(interfaceAddress.safeParse(text).success).toBe(false),
)

it("a network with host bits names the network", () => {
  const result = network.safeParse("10.0.0.1/24")
  expect(result.error?.issues[0]?.message).toBe("Host bits are set; the network is 10.0.0.0/24.")
})

it("(uid_t)-1 is nobody's id", () => expect(account.safeParse(0xffff_ffff).success).toBe(false))

describe("endpoints", () => {
  it.each([
    ["10.0.0.1:55555", { host: "10.0.0.1", port: 55555 }],
    ["[FD00::1]:1", { host: "fd00::1", port: 1 }],
    ["Peer.Example.org:65535", { host: "peer.example.org", port: 65535 }],
  ])("%s", (text, endpoint) => expect(parseEndpoint(text)).toEqual(endpoint))
  it.each([
    "10.0.0.1",
    "10.0.0.1:0",
    "10.0.0.1:65536",
    "fd00::1:1",
    "[10.0.0.1]:1",
    "10.1:80",
    "010.0.0.1:80",
    "-x:1",
    "a..b:1",
    ":80",
    "a b:80",
  ])("%j is refused", (text) => expect(parseEndpoint(text)).toBeUndefined())
})

describe("bodies", () => {
  it("an interface needs nothing but has every default", () => {
    expect(interfaceCreate.parse({})).toMatchObject({ kind: "tun", persistent: true, mtu: 1500, up: true, heal: true })
  })
  it("a tun has no MAC address and joins no bridge", () => {
    expect(interfaceCreate.safeParse({ mac: "02:00:00:00:00:01" }).success).toBe(false)
    expect(interfaceCreate.safeParse({ bridge: "br0" }).success).toBe(false)
  })
  it("an unknown field is refused", () => expect(interfaceCreate.safeParse({ mtuu: 1 }).success).toBe(false))
  it("a listening clear-text tunnel names its peer; security is never left out", () => {
    const body = {
      name: "lab",
      interface: "tun0",
      transport: { kind: "tcp", listen: "0.0.0.0:55555", peer: "10.0.0.2" },
      security: { kind: "none" },
    }
    expect(tunnelCreate.safeParse(body).success).toBe(true)
    expect(tunnelCreate.safeParse({ ...body, transport: { kind: "tcp", listen: "0.0.0.0:55555" } }).success).toBe(false)
    expect(tunnelCreate.safeParse({ ...body, security: undefined }).success).toBe(false)
  })
})
