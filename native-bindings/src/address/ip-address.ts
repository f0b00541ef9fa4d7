// Addresses between text and network order bytes: four of them for IPv4, sixteen for IPv6.
// Text is strict in (no leading zeros in IPv4, no zone) and canonical out (RFC 5952 for IPv6).

/** undefined for anything that is not exactly one IPv4 or IPv6 address. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text)
}

export function formatIpAddress(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join(".") : formatIpv6(bytes)
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".")
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return
  return Uint8Array.from(parts, Number)
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::")
  if (halves.length > 2) return
  const head = parseGroups(halves[0] ?? "", halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "", true) : []
  if (head === undefined || tail === undefined) return
  // "::" stands for at least one group.
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail])
}

/** The bytes of colon-separated groups; an IPv4 address may stand for the last two where the text ends. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return []
  const bytes: number[] = []
  const groups = text.split(":")
  for (const [index, group] of groups.entries()) {
    if (isEnd && index === groups.length - 1 && group.includes(".")) {
      const embedded = parseIpv4(group)
      if (embedded === undefined) return
      bytes.push(...embedded)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0))
  const zeros = longestZeroRun(groups)
  // RFC 5952, section 5: a mapped address shows its IPv4 part.
  if (zeros.start === 0 && zeros.length === 5 && groups[5] === 0xffff) return `::ffff:${bytes.subarray(12).join(".")}`
  const hex = groups.map((group) => group.toString(16))
  if (zeros.length < 2) return hex.join(":")
  return `${hex.slice(0, zeros.start).join(":")}::${hex.slice(zeros.start + zeros.length).join(":")}`
}

/** RFC 5952, section 4.2.3: the longest run, and the first of equals. */
function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let length = 0
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > best.length) best = { start: index - length + 1, length }
  }
  return best
}
