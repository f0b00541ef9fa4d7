import { ipv4Text, macText } from "../address-text.ts"
import type { PacketFacts } from "../facts.ts"
import { type Dissected, type FieldTable, field, readFields, wholeField } from "../field.ts"
import { etherTypeText } from "../link/ether-types.ts"
import { decimal, ipv4, mac, named } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16 } from "../span.ts"

// RFC 826, with the sizes of Ethernet and IPv4
const at = {
  hardware: 0,
  protocol: 2,
  hardwareSize: 4,
  protocolSize: 5,
  operation: 6,
  senderMac: 8,
  senderIp: 14,
  targetMac: 18,
  targetIp: 24,
  end: 28,
} as const
const operation = { request: 1, reply: 2 } as const
const unspecified = "0.0.0.0"

const sizes: FieldTable = [
  ["Hardware type", at.hardware, 2, named(new Map([[1, "Ethernet"]]))],
  ["Protocol type", at.protocol, 2, etherTypeText],
  ["Hardware size", at.hardwareSize, 1, decimal],
  ["Protocol size", at.protocolSize, 1, decimal],
  ["Opcode", at.operation, 2, named(["reserved", "request", "reply"])],
]
const fields: FieldTable = [
  ...sizes,
  ["Sender MAC address", at.senderMac, 6, mac],
  ["Sender IP address", at.senderIp, 4, ipv4],
  ["Target MAC address", at.targetMac, 6, mac],
  ["Target IP address", at.targetIp, 4, ipv4],
]

export function describeArp(span: Span, facts: PacketFacts): void {
  facts.protocol = "ARP"
  if (!holds(span, at.senderMac)) {
    facts.info = shortfall(span, at.senderMac)
    return
  }
  if (!isEthernetAndIpv4(span)) {
    facts.info = `hardware type ${u16(span, at.hardware)}, operation ${u16(span, at.operation)}`
    return
  }
  facts.info = holds(span, at.end) ? sentence(span) : shortfall(span, at.end)
}

function isEthernetAndIpv4(span: Span): boolean {
  return u8(span, at.hardwareSize) === 6 && u8(span, at.protocolSize) === 4 && u16(span, at.protocol) === 0x0800
}

function sentence(span: Span): string {
  const sender = ipv4Text(span, at.senderIp)
  const target = ipv4Text(span, at.targetIp)
  const kind = u16(span, at.operation)
  if (kind === operation.request) {
    if (sender === target) return `ARP Announcement for ${sender}` // RFC 5227 section 2.3
    if (sender === unspecified) return `Who has ${target}? (ARP Probe)` // RFC 5227 section 2.1.1
    return `Who has ${target}? Tell ${sender}`
  }
  if (kind === operation.reply) {
    const gratuitous = sender === target ? "Gratuitous ARP: " : ""
    return `${gratuitous}${sender} is at ${macText(span, at.senderMac)}`
  }
  return `operation ${kind} from ${sender} to ${target}`
}

export function dissectArp(span: Span): Dissected {
  const facts: PacketFacts = { protocol: "", info: "" }
  describeArp(span, facts)
  const name = "Address Resolution Protocol"
  const isKnown = isEthernetAndIpv4(span) || !holds(span, at.senderMac)
  const children = readFields(span, isKnown ? fields : sizes)
  return {
    layers: [
      isKnown ? field(span, name, 0, at.end, facts.info, children) : wholeField(span, name, facts.info, children),
    ],
  }
}
