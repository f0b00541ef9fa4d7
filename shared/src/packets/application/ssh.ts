import type { PacketFacts, Said } from "../facts.ts"
import { type Span, u8, u32 } from "../span.ts"
import { lineAt, textAt } from "../text.ts"

const prefix = 0x5353482d // "SSH-"
const longestBanner = 255 // RFC 4253 section 4.2
const sshPort = 22

export function describeSsh(payload: Span, facts: PacketFacts): Said | undefined {
  if (u32(payload, 0) !== prefix || u8(payload, 5) !== 0x2e) return undefined
  const banner = lineAt(payload, 0, longestBanner) ?? `${textAt(payload, 0, longestBanner)} [cut short]`
  const side = facts.sourcePort === sshPort ? "Server: " : facts.destinationPort === sshPort ? "Client: " : ""
  return { protocol: "SSH", info: `${side}Protocol (${banner})` }
}
