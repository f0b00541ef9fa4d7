import type { PacketFacts, Said } from "../facts.ts"
import type { Field } from "../field.ts"
import type { Span } from "../span.ts"

/** A protocol above the transports. */
export interface Application {
  readonly name: string
  /** Reads a message; undefined when the bytes are not that protocol's, or too few to tell. */
  describe(payload: Span, facts: PacketFacts): Said | undefined
  /** The fields of a message that it described. */
  fields(payload: Span): Field[]
}
