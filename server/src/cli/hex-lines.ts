const perLine = 16

/** As `tcpdump -X` prints bytes: offset, 16 of them in pairs, and what is ASCII. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const some = bytes.subarray(at, at + perLine)
    const pairs = Array.from({ length: perLine / 2 }, (_, pair) => hex(some.subarray(2 * pair, 2 * pair + 2)).padEnd(4))
    lines.push(`0x${at.toString(16).padStart(4, "0")}  ${pairs.join(" ")}  ${Array.from(some, visible).join("")}`)
  }
  return lines
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** What a terminal would obey is a dot, like all that is not ASCII. */
function visible(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."
}
