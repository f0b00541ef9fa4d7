import { proseParts } from "../lib/prose.ts"
import { Mono } from "./mono.tsx"

/** A sentence of the panel; what stands in backticks is set as code. */
export function Prose({ text }: { text: string }) {
  return proseParts(text).map(({ text: part, isCode }) => (isCode ? <Mono key={part}>{part}</Mono> : part))
}
