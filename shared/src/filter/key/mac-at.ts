import { type Span, u16, u32 } from "../../packets/span.ts"

/** A MAC address as a number of 48 bits. */
export function macAt(span: Span, offset: number): number {
  return u16(span, offset) * 0x1_0000_0000 + u32(span, offset + 2)
}
