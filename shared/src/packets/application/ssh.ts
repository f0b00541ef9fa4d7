import type { PacketFacts, Said } from "../facts.ts"
import { field } from "../field.ts"
import { type Span, u8, u32 } from "../span.ts"
import { lineAt, textAt } from "../text.ts"
import type { Application } from "./application.ts"

const prefix = 0x5353482d // "SSH-"
const longestBanner = 255 // RFC 4253 section 4.2
const sshPort = 22

function describeSsh(payload: Span, facts: PacketFacts): Said | undefined {
  if (u32(payload, 0) !== prefix || u8(payload, 5) !== 0x2e) return undefined
  const side = facts.sourcePort === sshPort ? "Server: " : facts.destinationPort === sshPort ? "Client: " : ""
  return { protocol: "SSH", info: `${side}Protocol (${bannerOf(payload)})` }
}

function bannerOf(payload: Span): string {
  return lineAt(payload, 0, longestBanner) ?? `${textAt(payload, 0, longestBanner)} [cut short]`
}

export const ssh: Application = {
  name: "SSH Protocol",
  describe: describeSsh,
  fields: (payload) => [
    field(payload, "Protocol", 0, lineAt(payload, 0, longestBanner)?.length ?? longestBanner, bannerOf(payload)),
  ],
}
