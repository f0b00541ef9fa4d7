import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { networkOf, parsePrefix } from "../model/address.ts"
import type { WgQuickConf } from "./conf.ts"
import { parseWgQuick } from "./parse.ts"
import { writeWgQuick } from "./write.ts"

const key = (fill: number) => Buffer.alloc(32, fill).toString("base64")
const [own, first, second, shared] = [key(1), key(2), key(3), key(4)]

const faultsOf = (...lines: string[]) => parseWgQuick(lines.join("\n")).faults
const peer = ["[Interface]", "[Peer]", `PublicKey = ${first}`]

describe("a file of wg-quick(8)", () => {
  it("with all that it knows", () => {
    const { conf, faults, notes } = parseWgQuick(`
# a comment
[Interface]
Address = 10.9.0.2/24, fd09::2/64
Address = 10.9.1.2
PrivateKey = ${own}   # mine
DNS = 10.9.0.1, example.org
MTU = 1380
Table = off
ListenPort = 51820
FwMark = 0x51
SaveConfig = false

[Peer]
# Name = north
PublicKey = ${first}
PresharedKey = ${shared}
AllowedIPs = 10.9.0.1/24, fd09::1
AllowedIPs = 0.0.0.0/0
Endpoint = [2001:DB8::1]:51820
PersistentKeepalive = 25

[peer]
publickey=${second}
endpoint = Peer.Example.org:1
persistentkeepalive = off
`)
    expect(faults).toEqual([])
    expect(conf).toEqual({
      privateKey: own,
      addresses: ["10.9.0.2/24", "fd09::2/64", "10.9.1.2/32"],
      dns: ["10.9.0.1", "example.org"],
      mtu: 1380,
      table: "off",
      listenPort: 51_820,
      firewallMark: 0x51,
      peers: [
        {
          name: "north",
          publicKey: first,
          presharedKey: shared,
          allowedIps: ["10.9.0.0/24", "fd09::1/128", "0.0.0.0/0"],
          endpoint: "[2001:db8::1]:51820",
          keepaliveSeconds: 25,
        },
        {
          name: null,
          publicKey: second,
          presharedKey: null,
          allowedIps: [],
          endpoint: "peer.example.org:1",
          keepaliveSeconds: 0,
        },
      ],
    })
    expect(notes).toEqual([{ line: 18, message: "AllowedIPs: Host bits were set; the network is 10.9.0.0/24." }])
  })

  it("with the line ends and the mark of other systems", () => {
    const { conf, faults } = parseWgQuick(
      `\ufeff[Interface]\r\nPrivateKey = ${own}\r\nListenPort = 0\r\nFwMark = off\r\n`,
    )
    expect([faults, conf.privateKey, conf.listenPort, conf.firewallMark]).toEqual([[], own, null, null])
  })

  it("an empty list of networks, and a preshared key of zeros, are none", () => {
    const { conf, faults } = parseWgQuick([...peer, "AllowedIPs =", `PresharedKey = ${key(0)}`].join("\n"))
    expect([faults, conf.peers[0]?.allowedIps, conf.peers[0]?.presharedKey]).toEqual([[], [], null])
  })

  it.each(["PreUp", "PostUp", "PreDown", "PostDown", "postup"])("%s is a command: refused, by its line", (word) => {
    expect(faultsOf("[Interface]", `${word} = iptables -A FORWARD -i %i -j ACCEPT; rm -rf /`)).toEqual([
      { line: 2, message: `${word} is a command, and Tundeck runs none: remove the line, and do it in another way.` },
    ])
  })

  it.each<[string, string[], number, string]>([
    ["SaveConfig", ["[Interface]", "SaveConfig = true"], 2, "saves each change itself"],
    ["another table", ["[Interface]", "Table = 1234"], 2, "main table only"],
    ["no interface", ["[Peer]", `PublicKey = ${first}`], 1, "no [Interface]"],
    ["two interfaces", ["[Interface]", "[Interface]"], 2, "already"],
    ["a section of another kind", ["[Interface]", "[Foo]"], 2, "two kinds"],
    ["nothing before a section", ["MTU = 1420", "[Interface]"], 1, "belongs under"],
    [
      "a setting of the other section",
      ["[Interface]", `PublicKey = ${first}`],
      2,
      "[interface] has no setting PublicKey",
    ],
    ["a setting that is none", [...peer, "Colour = red"], 4, "[peer] has no setting Colour"],
    ["what every object has", ["[Interface]", "constructor = 1"], 2, "no setting constructor"],
    ["a line that is none", ["[Interface]", own], 2, "no setting"],
    ["a short key", ["[Interface]", "PrivateKey = abc="], 2, "32 bytes in base64"],
    ["a key twice", ["[Interface]", `PrivateKey = ${own}`, `PrivateKey = ${own}`], 3, "twice"],
    ["a peer without a key", [...peer, "", "[Peer]", "AllowedIPs = ::/0"], 5, "no PublicKey"],
    ["a peer twice", [...peer, "[Peer]", `PublicKey = ${first}`], 4, "already"],
    ["an MTU of words", ["[Interface]", "MTU = auto"], 2, "from 68 to 65535"],
    ["a port beyond", ["[Interface]", "ListenPort = 65536"], 2, "from 0 to 65535"],
    ["an address that is none", ["[Interface]", "Address = 10.0.0.256/24"], 2, "address/length"],
    ["a network that is none", [...peer, "AllowedIPs = 10.0.0.0/33"], 4, "network/length"],
    ["an endpoint without a port", [...peer, "Endpoint = peer.lan"], 4, "host:port"],
    ["an endless keepalive", [...peer, "PersistentKeepalive = 99999"], 4, "from 0 to 65535"],
    ["a mark of 33 bits", ["[Interface]", "FwMark = 0x100000000"], 2, "0x51"],
  ])("%s is refused in words, by its line", (_what, lines, line, words) => {
    expect(faultsOf(...lines)).toEqual([{ line, message: expect.stringContaining(words) }])
  })
})

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => bytes.some((byte) => byte > 0))
const text = keys.map((bytes) => Buffer.from(bytes).toString("base64"))
const octets = fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
const prefix = fc.oneof(
  fc.tuple(octets, fc.integer({ min: 0, max: 32 })).map(([address, length]) => `${address.join(".")}/${length}`),
  fc
    .tuple(fc.nat(0xffff), fc.integer({ min: 0, max: 128 }))
    .map(([last, length]) => `fd00::${last.toString(16)}/${length}`),
)
const network = prefix.map((one) => {
  const parsed = parsePrefix(one)
  return parsed === undefined ? "::/0" : networkOf(parsed)
})
const canonical = prefix.map((one) => {
  const parsed = parsePrefix(one)
  return parsed === undefined ? "fd00::1/64" : `${parsed.address}/${parsed.length}`
})
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/)
const port = fc.integer({ min: 1, max: 65_535 })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const anyConf: fc.Arbitrary<WgQuickConf> = fc.record({
  privateKey: maybe(text),
  addresses: fc.uniqueArray(canonical, { maxLength: 4 }),
  dns: fc.array(fc.constantFrom("10.0.0.1", "fd00::1", "example.org"), { maxLength: 3 }),
  mtu: maybe(fc.integer({ min: 68, max: 65_535 })),
  table: fc.constantFrom("auto", "off"),
  listenPort: maybe(port),
  firewallMark: maybe(fc.integer({ min: 1, max: 0xffff_ffff })),
  peers: fc.uniqueArray(
    fc.record({
      name: maybe(name),
      publicKey: text,
      presharedKey: maybe(text),
      allowedIps: fc.uniqueArray(network, { maxLength: 5 }),
      endpoint: maybe(port.map((number) => `peer.example.org:${number}`)),
      keepaliveSeconds: fc.nat(65_535),
    }),
    { selector: ({ publicKey }) => publicKey, maxLength: 4 },
  ),
})

it("what is written is read as it was", () => {
  fc.assert(
    fc.property(anyConf, (conf) => {
      expect(parseWgQuick(writeWgQuick(conf, ["made by a test"]))).toEqual({ conf, faults: [], notes: [] })
    }),
  )
})

const words = [
  "[Interface]",
  "[Peer]",
  "PrivateKey",
  "AllowedIPs",
  "PostUp",
  "=",
  ",",
  "#",
  "\n",
  "\r\n",
  "\0",
  "10.0.0.1/8",
  own,
]
const garbage = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary-ascii" })), { maxLength: 60 })

it("whatever else it is given, it throws nothing, repeats no value, and says which line", () => {
  fc.assert(
    fc.property(garbage, (parts) => {
      const given = parts.join("")
      const { faults, notes } = parseWgQuick(given)
      const lines = given.split(/\r?\n/).length
      for (const { line } of [...faults, ...notes]) expect(line >= 1 && line <= lines).toBe(true)
      expect(JSON.stringify([faults, notes])).not.toContain(own.slice(0, 10))
    }),
    { numRuns: 2000 },
  )
})

it("a file that is too long, or wrong in every line, is answered shortly", () => {
  expect(parseWgQuick("x\n".repeat(200_000)).faults).toHaveLength(1)
  expect(parseWgQuick("x\n".repeat(1_000)).faults).toHaveLength(50)
})
