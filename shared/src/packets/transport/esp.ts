import { holds, type Span, shortfall, u32, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { securityParametersIndex: 0, sequence: 4, payload: 8 } as const // RFC 4303 section 2

export function espInfo(span: Span): string {
  if (!holds(span, at.payload)) return shortfall(span, at.payload)
  return `ESP (SPI=${hexNumber(u32(span, at.securityParametersIndex), 8)}) seq=${u32(span, at.sequence)} len=${wireLength(span)}`
}
