import { errno } from "@tundeck/native-bindings"
import type { SetRequest } from "./configuration.ts"
import { SetParser } from "./set-parser.ts"

export type Request =
  | { kind: "get" }
  | { kind: "set"; set: SetRequest }
  /** `errno`: why. EPROTO: what follows makes no sense either. */
  | { kind: "refused"; errno: number }

//           get=1, set=1, garbage             blank line
//  awaited ───────────────────────▶ coming ──────────────▶ whole: answered, and the next one is awaited
//
// A line that is not right does not end the request: its sender writes on, and reads the answer only then.

/** Puts the lines of one connection together to requests. */
export class RequestReader {
  #operation: "get" | "set" | undefined
  #set = new SetParser()
  #fault = 0
  #lines = 0

  /** A request has begun and not ended. */
  get isComing(): boolean {
    return this.#lines > 0
  }

  /** The request that ends with this line. */
  take(line: string): Request | undefined {
    if (line === "") return this.#end()
    this.#lines += 1
    if (this.#lines === 1) this.#begin(line)
    else if (this.#fault === 0) this.#fault = this.#field(line)
    return undefined
  }

  #begin(line: string): void {
    if (line === "get=1") this.#operation = "get"
    else if (line === "set=1") this.#operation = "set"
    else this.#fault = errno.EPROTO
  }

  #field(line: string): number {
    const equals = line.indexOf("=")
    if (equals < 1) return errno.EPROTO
    if (this.#operation === "get") return errno.EINVAL // it has no fields
    return this.#set.take(line.slice(0, equals), line.slice(equals + 1))
  }

  #end(): Request {
    const request = this.#whole()
    this.#operation = undefined
    this.#set = new SetParser()
    this.#fault = 0
    this.#lines = 0
    return request
  }

  #whole(): Request {
    if (this.#fault !== 0) return { kind: "refused", errno: this.#fault }
    if (this.#operation === "get") return { kind: "get" }
    if (this.#operation === "set") return { kind: "set", set: this.#set.request }
    return { kind: "refused", errno: errno.EPROTO } // a blank line alone
  }
}
