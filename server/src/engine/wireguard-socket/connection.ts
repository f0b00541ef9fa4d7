import type { Socket } from "node:net"
import { errno } from "@tundeck/native-bindings"
import { errnoAnswer } from "./answer.ts"
import type { SetRequest } from "./configuration.ts"
import { LineReader } from "./line-reader.ts"
import { type Request, RequestReader } from "./request-reader.ts"

/** What answers the requests of all connections. */
export interface Device {
  /** The whole answer to `get=1`. */
  get(): string
  /** 0, or the errno that the change is refused with; then nothing has changed. */
  set(request: SetRequest): number
}

export interface Limits {
  /** For the rest of a request once it has begun, and for taking its answer. */
  requestMs: number
  /** Until the next request begins. */
  idleMs: number
  /** Bytes. A request of a thousand peers with 256 networks each has 14 MB. */
  longestRequest: number
}

export const defaultLimits: Limits = { requestMs: 5_000, idleMs: 60_000, longestRequest: 16 * 1024 * 1024 }

/**
 * One client of a configuration socket. Requests are answered one after the other, and nothing is read before the client
 * has taken the answer: so it costs one request and one answer at most. Who breaks the protocol, or is too slow, is cut off.
 */
export class Connection {
  readonly #socket: Socket
  readonly #device: Device
  readonly #limits: Limits
  readonly #lines = new LineReader()
  readonly #reader = new RequestReader()
  readonly #waiting: Request[] = []
  #length = 0
  #isIdle = true
  #isDraining = false
  /** The client will say no more. */
  #hasEnded = false
  /** It broke the protocol: what else it says is not heard. */
  #isOver = false
  #deadline: NodeJS.Timeout

  /** The socket lets its client close one direction first. */
  constructor(socket: Socket, device: Device, limits = defaultLimits) {
    this.#socket = socket
    this.#device = device
    this.#limits = limits
    this.#deadline = setTimeout(() => socket.destroy(), limits.idleMs)
    socket.on("data", (chunk: Buffer) => this.#take(chunk))
    socket.on("drain", () => this.#drained())
    socket.on("end", () => {
      this.#hasEnded = true
      this.#work()
    })
    socket.on("error", () => socket.destroy()) // it went away: "close" follows
    socket.on("close", () => clearTimeout(this.#deadline))
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return
    this.#setIdle(false)
    this.#length += chunk.length
    const isRight = this.#lines.push(chunk, (line) => {
      const request = this.#reader.take(line)
      if (request !== undefined) this.#waiting.push(request)
    })
    if (this.#waiting.length > 0) this.#length = 0
    if (!isRight || this.#length > this.#limits.longestRequest) this.#socket.destroy()
    else this.#work()
  }

  #drained(): void {
    this.#isDraining = false
    this.#work()
  }

  #work(): void {
    while (!this.#isDraining && !this.#isOver) {
      const request = this.#waiting.shift()
      if (request === undefined) break
      this.#isDraining = !this.#socket.write(this.#answer(request))
      this.#isOver = request.kind === "refused" && request.errno === errno.EPROTO
    }
    if (this.#isDraining && !this.#isOver) {
      this.#socket.pause()
      return
    }
    if (this.#hasEnded || this.#isOver) this.#socket.end()
    this.#socket.resume()
    this.#setIdle(!this.#isOver && !this.#reader.isComing && !this.#lines.isComing)
  }

  #answer(request: Request): string {
    switch (request.kind) {
      case "get":
        return this.#device.get()
      case "set":
        return errnoAnswer(this.#device.set(request.set))
      case "refused":
        return errnoAnswer(request.errno)
    }
  }

  #setIdle(on: boolean): void {
    if (on === this.#isIdle) return
    this.#isIdle = on
    clearTimeout(this.#deadline)
    const { idleMs, requestMs } = this.#limits
    this.#deadline = setTimeout(() => this.#socket.destroy(), on ? idleMs : requestMs)
  }
}
