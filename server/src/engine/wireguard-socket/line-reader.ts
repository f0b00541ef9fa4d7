/** The longest that any field needs is an endpoint; a line without an end must not fill memory. */
export const longestLine = 4096
const newline = 0x0a

/** Cuts a stream into lines. It holds less than one line. */
export class LineReader {
  #rest = Buffer.alloc(0)

  /** A line has begun and not ended. */
  get isComing(): boolean {
    return this.#rest.length > 0
  }

  /** Calls `take` with each line, without its end. False: one is too long, and nothing after it makes sense. */
  push(chunk: Buffer, take: (line: string) => void): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let from = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      if (end - from > longestLine) return false
      take(bytes.toString("latin1", from, end))
      from = end + 1
    }
    this.#rest = Buffer.from(bytes.subarray(from, from + longestLine + 1))
    return bytes.length - from <= longestLine
  }
}
