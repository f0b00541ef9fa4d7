import { type FilterFault, filterOf, readFilter } from "@tundeck/shared"
import { escapeControls } from "./output.ts"

/** Throws Problem filter-invalid, as the server would; here the place can be marked. */
export function checkFilter(text: string): void {
  const { fault } = readFilter(text)
  if (fault === undefined) return
  const lines = markedFault(text, fault)
  if (lines !== undefined) for (const line of lines) console.error(escapeControls(line))
  filterOf(text, {})
}

const widest = 160

/** The filter and a line under it that marks the fault; undefined where a terminal would not show them one below the other. */
export function markedFault(text: string, { at, length }: FilterFault): readonly [string, string] | undefined {
  if (text.length > widest || !/^[ -~]*$/.test(text)) return undefined
  return [`  ${text}`, `  ${" ".repeat(at)}${"^".repeat(length)}`]
}
