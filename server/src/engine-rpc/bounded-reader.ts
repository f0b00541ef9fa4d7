import type { Socket } from "node:net"
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from "vscode-jsonrpc/node"

/** What a panel may send at once: ten times the wishes of a thousand interfaces and a thousand tunnels. */
export const largestMessage = 16 * 1024 * 1024
/** `Content-Length: 16777216`, perhaps a content type beside it. */
const longestHeader = 256
const headerEnd = "\r\n\r\n"

/**
 * Reads `Content-Length: n`, a blank line and n bytes of JSON, again and again, as the library's own reader does; but it never holds more
 * than one header and one message. Anything else is an error, after which nothing is read any more.
 */
export class BoundedMessageReader extends AbstractMessageReader {
  readonly #socket: Socket
  #chunks: Buffer[] = []
  #held = 0
  /** Length of the message that is coming; undefined while its header is. */
  #expected: number | undefined
  #isBroken = false

  constructor(socket: Socket) {
    super()
    this.#socket = socket
    socket.once("close", () => this.fireClose())
  }

  listen(deliver: DataCallback): Disposable {
    const take = (chunk: Buffer) => this.#take(chunk, deliver)
    this.#socket.on("data", take)
    return { dispose: () => this.#socket.off("data", take) }
  }

  #take(chunk: Buffer, deliver: DataCallback): void {
    if (this.#isBroken) return
    this.#chunks.push(chunk)
    this.#held += chunk.length
    try {
      while (this.#held > 0) {
        this.#expected ??= this.#takeHeader()
        if (this.#expected === undefined || this.#held < this.#expected) return
        const message = this.#cut(this.#expected)
        this.#expected = undefined
        deliver(parseMessage(message))
      }
    } catch (error) {
      this.#isBroken = true
      this.#chunks = []
      this.fireError(error)
    }
  }

  #takeHeader(): number | undefined {
    const bytes = this.#joined()
    const end = bytes.subarray(0, longestHeader).indexOf(headerEnd)
    if (end === -1) {
      if (bytes.length >= longestHeader) throw new Error("a header without an end")
      return undefined
    }
    const digits = /^content-length: *(\d{1,8})\r?$/im.exec(bytes.toString("latin1", 0, end))?.[1]
    const length = Number(digits ?? Number.NaN)
    if (!(length <= largestMessage)) throw new Error(`a message of ${digits} bytes; the most is ${largestMessage}`)
    this.#cut(end + headerEnd.length)
    return length
  }

  #cut(length: number): Buffer {
    const bytes = this.#joined()
    this.#chunks = [bytes.subarray(length)]
    this.#held -= length
    return bytes.subarray(0, length)
  }

  #joined(): Buffer {
    const [only] = this.#chunks
    if (only !== undefined && this.#chunks.length === 1) return only
    const bytes = Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    return bytes
  }
}

function parseMessage(bytes: Buffer): Message {
  const value: unknown = JSON.parse(bytes.toString())
  if (isMessage(value)) return value
  throw new Error("JSON that is no JSON-RPC message")
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "jsonrpc" in value
}
