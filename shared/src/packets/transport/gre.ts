import { etherTypeName } from "../link/ether-types.ts"
import { holds, type Span, shortfall, u16, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { flagsAndVersion: 0, protocol: 2, end: 4 } as const // RFC 2784 section 2
const versionMask = 0x0007

export function greInfo(span: Span): string {
  if (!holds(span, at.end)) return shortfall(span, at.end)
  const version = u16(span, at.flagsAndVersion) & versionMask
  const type = u16(span, at.protocol)
  return `Encapsulated ${etherTypeName(type) ?? hexNumber(type, 4)} version=${version} len=${wireLength(span)}`
}
