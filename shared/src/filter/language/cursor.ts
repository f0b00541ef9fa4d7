import { FaultFound } from "./fault.ts"
import { type Token, tokenize } from "./lexer.ts"

const end: Token = { kind: "end", text: "", written: "", at: 0, length: 1 }

/** Where the parser stands. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #index = 0

  constructor(text: string) {
    this.#tokens = tokenize(text)
  }

  get token(): Token {
    return this.peek(0)
  }

  /** To go back to with `return`, where only the far end tells what begins here. */
  get position(): number {
    return this.#index
  }

  peek(ahead: number): Token {
    return this.#tokens[this.#index + ahead] ?? this.#tokens.at(-1) ?? end
  }

  next(): Token {
    const { token } = this
    if (token.kind !== "end") this.#index++
    return token
  }

  return(position: number): void {
    this.#index = position
  }

  /** Steps over one of these words or signs; undefined, and nothing happens, when none stands here. */
  take(...texts: readonly string[]): string | undefined {
    return this.is(...texts) ? this.next().text : undefined
  }

  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.token
    return (kind === "word" || kind === "symbol") && texts.includes(text)
  }

  expect(text: string, message: string): void {
    if (this.take(text) === undefined) this.fail(message)
  }

  fail(message: string, token: Token = this.token): never {
    throw new FaultFound(token, message)
  }
}
