import { beginsComparison, isParenthesizedNumber, readComparison } from "./comparison.ts"
import type { Cursor } from "./cursor.ts"
import { readPrimitive } from "./primitive.ts"
import { type Head, readMore } from "./qualified.ts"
import { type Connective, negate, type Tree } from "./tree.ts"

const mostNested = 100
const mostTurns = 100

/**
 *   expression  = term { ("and" | "or") (term | value) }     both bind alike, from left to right, as in pcap
 *   term        = { "not" } ("(" expression ")" | comparison | primitive)
 * A value alone, after "and" or "or", is asked as the one before it was: `port 80 or 443`.
 */
export class ExpressionParser {
  readonly #cursor: Cursor
  #head: Head | undefined
  #nested = 0
  #turns = 0

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  /** The whole filter. Throws FaultFound. */
  read(): Tree {
    const tree = this.#expression()
    const { token } = this.#cursor
    if (token.kind === "end") return tree
    if (token.text === ")") this.#cursor.fail("There is no ( for this ).")
    return this.#cursor.fail(`Here “and” or “or” is missing before “${token.written}”, or the filter ends.`)
  }

  #expression(): Tree {
    let tree = this.#term()
    for (;;) {
      const { token } = this.#cursor
      const connective = this.#connective()
      if (connective === undefined) return tree
      const right = this.#term()
      if (tree.kind === connective) tree = { kind: connective, of: [...tree.of, right] }
      else {
        const turns = tree.kind === "and" || tree.kind === "or"
        if (turns && ++this.#turns > mostTurns) {
          this.#cursor.fail(`“and” and “or” take turns more than ${mostTurns} times: use parentheses.`, token)
        }
        tree = { kind: connective, of: [tree, right] }
      }
    }
  }

  #connective(): Connective | undefined {
    const text = this.#cursor.take("and", "&&", "or", "||")
    if (text === undefined) return undefined
    return text === "and" || text === "&&" ? "and" : "or"
  }

  #term(): Tree {
    const cursor = this.#cursor
    let negated = false
    while (cursor.take("not", "!") !== undefined) negated = !negated
    const tree = this.#positive()
    return negated ? negate(tree) : tree
  }

  #positive(): Tree {
    const cursor = this.#cursor
    const more = readMore(cursor, this.#head)
    if (more !== undefined) return more
    if (beginsComparison(cursor) || isParenthesizedNumber(cursor)) {
      this.#head = undefined
      return readComparison(cursor)
    }
    if (cursor.is("(")) return this.#parenthesized()
    const { tree, head } = readPrimitive(cursor)
    this.#head = head
    return tree
  }

  #parenthesized(): Tree {
    const cursor = this.#cursor
    const open = cursor.next()
    if (++this.#nested > mostNested) cursor.fail(`Parentheses go more than ${mostNested} deep.`, open)
    const tree = this.#expression()
    if (cursor.take(")") === undefined) {
      if (cursor.token.kind === "end") cursor.fail("This ( is never closed.", open)
      cursor.fail(`Here “and”, “or” or ) is missing before “${cursor.token.written}”.`)
    }
    this.#nested--
    return tree
  }
}
