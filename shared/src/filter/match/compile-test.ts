import type { PacketKey } from "../key/key-shape.ts"
import type { Test } from "../language/tree.ts"
import { compileComparison } from "./comparison.ts"
import { compileNet } from "./net.ts"
import type { FilteredRows, Predicate } from "./row.ts"
import { compileTcpAnalysis } from "./tcp-analysis.ts"

export function compileTest(test: Test, rows: FilteredRows): Predicate {
  switch (test.kind) {
    case "net":
      return compileNet(test)
    case "port":
      return compilePort(test)
    case "mac":
      return compileMac(test)
    case "ether-type":
      return compileEtherType(test.type)
    case "protocol":
      return compileProtocol(test)
    case "vlan": {
      const { id } = test
      return ({ key: { frame } }) => frame?.vlans !== undefined && (id === undefined || frame.vlans.includes(id))
    }
    case "cast":
      return compileCast(test)
    case "compare":
      return compileComparison(test)
    case "word":
      return compileWord(test, rows)
    case "contains": {
      const { text } = test
      return ({ info }) => info.toLowerCase().includes(text)
    }
    case "injected":
      return ({ injected }) => injected === true
    case "tcp-analysis":
      return compileTcpAnalysis(test.name)
  }
}

const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const

function compilePort({ over, side, low, high }: Extract<Test, { kind: "port" }>): Predicate {
  const fits = (port: number | undefined) => port !== undefined && port >= low && port <= high
  const protocol = over === undefined ? undefined : protocolNumbers[over]
  const carried = (key: PacketKey) => protocol === undefined || key.ip?.at(-1)?.protocols.at(-1) === protocol
  switch (side) {
    case "source":
      return ({ key }) => fits(key.sourcePort) && carried(key)
    case "destination":
      return ({ key }) => fits(key.destinationPort) && carried(key)
    case "either":
      return ({ key }) => (fits(key.sourcePort) || fits(key.destinationPort)) && carried(key)
    case "both":
      return ({ key }) => fits(key.sourcePort) && fits(key.destinationPort) && carried(key)
  }
}

function compileMac({ side, mac }: Extract<Test, { kind: "mac" }>): Predicate {
  switch (side) {
    case "source":
      return ({ key: { frame } }) => frame?.source === mac
    case "destination":
      return ({ key: { frame } }) => frame?.destination === mac
    case "either":
      return ({ key: { frame } }) => frame?.source === mac || frame?.destination === mac
    case "both":
      return ({ key: { frame } }) => frame?.source === mac && frame.destination === mac
  }
}

const wordsOf = new Map([
  [0x0800, 1],
  [0x86dd, 4],
])

/** IP also as the payload of a tun packet, and within IP. */
function compileEtherType(type: number): Predicate {
  const words = wordsOf.get(type)
  if (words === undefined) return ({ key }) => key.frame?.type === type
  return ({ key }) => key.frame?.type === type || holdsIp(key, words)
}

function holdsIp({ ip }: PacketKey, words: number): boolean {
  if (ip === undefined) return false
  for (const { source } of ip) if (source.length === words) return true
  return false
}

function compileProtocol({ over, number }: Extract<Test, { kind: "protocol" }>): Predicate {
  const words = over === undefined ? undefined : over === "ip" ? 1 : 4
  return ({ key: { ip } }) => {
    if (ip === undefined) return false
    for (const { source, protocols } of ip) {
      if ((words === undefined || source.length === words) && protocols.includes(number)) return true
    }
    return false
  }
}

const broadcastMac = 0xffff_ffff_ffff
const groupBit = 2 ** 40 // IEEE 802: the lowest bit of the first byte
const isGroup = (mac: number) => Math.floor(mac / groupBit) % 2 === 1

const frameCast = { broadcast: (mac: number) => mac === broadcastMac, multicast: isGroup }
const ipCast = {
  broadcast: (address: readonly number[]) => address.length === 1 && address[0] === 0xffff_ffff,
  multicast: (address: readonly number[]) => address.length === 1 && (address[0] ?? 0) >= 0xe000_0000,
}
const ip6Multicast = (address: readonly number[]) => address.length === 4 && (address[0] ?? 0) >>> 24 === 0xff

/** Of frames by their MAC address, of tun packets by their IP address. */
function compileCast({ cast, over }: Extract<Test, { kind: "cast" }>): Predicate {
  const fitsMac = frameCast[cast]
  const fitsIp = ipCast[cast]
  const toIp = (fits: (address: readonly number[]) => boolean): Predicate => {
    return ({ key }) => key.ip?.some(({ destination }) => fits(destination)) ?? false
  }
  if (over === "ip") return toIp(fitsIp)
  if (over === "ip6") return toIp(ip6Multicast)
  const toMac: Predicate = ({ key: { frame } }) => frame !== undefined && fitsMac(frame.destination)
  if (over === "ether") return toMac
  const bare = toIp((address) => fitsIp(address) || (cast === "multicast" && ip6Multicast(address)))
  return (row) => (row.key.frame === undefined ? bare(row) : toMac(row))
}

/** Whose rows name their version: TLSv1.3, SSHv2, IGMPv3. */
const versioned = new Set(["tls", "ssh", "igmp"])

function compileWord({ field, differs, value }: Extract<Test, { kind: "word" }>, rows: FilteredRows): Predicate {
  if (field === "tunnel") {
    const fits = rows.tunnel?.includes(value) ?? false
    return () => fits !== differs
  }
  if (field !== "protocol") {
    return (row) => {
      const said = row[field]
      return said !== undefined && (said === value) !== differs
    }
  }
  const isVersion = versioned.has(value) ? `${value}v` : undefined
  return ({ protocol }) => {
    const said = protocol.toLowerCase()
    const fits = said === value || (isVersion !== undefined && said.startsWith(isVersion))
    return fits !== differs
  }
}
