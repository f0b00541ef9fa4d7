import type { Said } from "../facts.ts"
import { type Span, u8, wireLength } from "../span.ts"

const at = { leapVersionMode: 0, stratum: 1, end: 48 } as const // RFC 5905 section 7.3
const smallestControlMessage = 12 // RFC 9327 section 2

const modes = ["", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control"] as const
const control = 6

export function describeNtp(message: Span): Said | undefined {
  const version = (u8(message, at.leapVersionMode) >> 3) & 0x07
  const mode = u8(message, at.leapVersionMode) & 0x07
  const name = modes[mode]
  const smallest = mode === control ? smallestControlMessage : at.end
  if (!name || version < 1 || version > 4 || wireLength(message) < smallest) return undefined
  const stratum = mode === control || mode === 3 ? "" : `, stratum ${u8(message, at.stratum)}`
  return { protocol: "NTP", info: `NTP Version ${version}, ${name}${stratum}` }
}
