import { type Span, u8, u16 } from "./span.ts"

const bytes = Array.from({ length: 256 }, (_, value) => value)
const hexShort = bytes.map((value) => value.toString(16))
const hexFull = bytes.map((value) => value.toString(16).padStart(2, "0"))

export function macText(span: Span, offset: number): string {
  let text = hexFull[u8(span, offset)] ?? ""
  for (let index = 1; index < 6; index++) text += `:${hexFull[u8(span, offset + index)]}`
  return text
}

export function ipv4Text(span: Span, offset: number): string {
  return `${u8(span, offset)}.${u8(span, offset + 1)}.${u8(span, offset + 2)}.${u8(span, offset + 3)}`
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two and more zero groups as `::`, IPv4-mapped with dots. */
export function ipv6Text(span: Span, offset: number): string {
  const [runStart, runLength] = longestZeroRun(span, offset)
  if (runStart === 0 && runLength === 5 && u16(span, offset + 10) === 0xffff)
    return `::ffff:${ipv4Text(span, offset + 12)}`
  let text = ""
  for (let group = 0; group < 8; group++) {
    if (group === runStart) {
      text += "::"
      group += runLength - 1
      continue
    }
    const separator = group === 0 || group === runStart + runLength ? "" : ":"
    text += separator + groupText(u16(span, offset + group * 2))
  }
  return text
}

/** Start and length of the run that `::` stands for; [-1, 0] when there is none. */
function longestZeroRun(span: Span, offset: number): readonly [number, number] {
  let bestStart = -1
  let bestLength = 1
  let length = 0
  for (let group = 0; group < 8; group++) {
    length = u16(span, offset + group * 2) === 0 ? length + 1 : 0
    if (length <= bestLength) continue
    bestLength = length
    bestStart = group - length + 1
  }
  return bestStart < 0 ? [-1, 0] : [bestStart, bestLength]
}

function groupText(group: number): string {
  const high = group >> 8
  const low = group & 0xff
  return high === 0 ? (hexShort[low] ?? "") : `${hexShort[high]}${hexFull[low]}`
}

/** An address with its port: `10.0.0.1:53`, `[fe80::1]:53`. */
export function endpointText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
}
