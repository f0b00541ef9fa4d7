import { type Dissected, dataField, type FieldTable, readFields, wholeField } from "../field.ts"
import { decimal, hexadecimal } from "../readers.ts"
import { holds, type Span, shortfall, u32, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { securityParametersIndex: 0, sequence: 4, payload: 8 } as const // RFC 4303 section 2

export function espInfo(span: Span): string {
  if (!holds(span, at.payload)) return shortfall(span, at.payload)
  return `ESP (SPI=${hexNumber(u32(span, at.securityParametersIndex), 8)}) seq=${u32(span, at.sequence)} len=${wireLength(span)}`
}

const fields: FieldTable = [
  ["ESP SPI", at.securityParametersIndex, 4, hexadecimal],
  ["ESP Sequence", at.sequence, 4, decimal],
]

export function dissectEsp(span: Span): Dissected {
  const children = [...readFields(span, fields), ...dataField(within(span, at.payload), "Encrypted Data")]
  return { layers: [wholeField(span, "Encapsulating Security Payload", espInfo(span), children)] }
}
