import { Problem } from "@tundeck/shared"
import Table from "cli-table3"
import { ZodError } from "zod"

/** Names of interfaces, users and packets may be any bytes: what a terminal would obey is shown, not sent. */
export function escapeControls(text: string): string {
  // C0, DEL, C1, and the marks that reorder text
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`
  })
}

export function printLine(text: string): void {
  console.log(escapeControls(text))
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2))
}

export type Cell = string | number | null | undefined

/** Columns without frames, as `ip` and `docker` print them; `nothing` when there is no row. */
export function printTable(head: string[], rows: Cell[][], nothing: string): void {
  console.log(rows.length === 0 ? nothing : formatTable(head, rows))
}

export function formatTable(head: string[], rows: Cell[][]): string {
  const none = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
  const inner = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"]
  const table = new Table({
    chars: { ...Object.fromEntries([...none, ...inner].map((part) => [part, ""])), middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  })
  for (const row of [head, ...rows]) table.push(row.map((cell) => escapeControls(String(cell ?? "-"))))
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
}

/** Key and value, one a line. */
export function printFields(fields: [string, Cell | Cell[]][]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) {
    const values = Array.isArray(value) ? value : [value]
    const [first = "-", ...more] = values.map((item) => escapeControls(String(item ?? "-")))
    console.log(`${name.padEnd(width)}  ${first}`)
    for (const item of more) console.log(`${" ".repeat(width)}  ${item}`)
  }
}

/** Title, detail, field errors, code: what a person needs to mend it. */
export function formatError(error: unknown): string {
  if (error instanceof Problem) {
    const { title, code, detail, errors = [] } = error.toDocument()
    const lines = [`${title}.${detail === undefined ? "" : ` ${detail}`}`]
    for (const { path, message, column } of errors) {
      const place = column === undefined ? "" : `, column ${column}`
      lines.push(`  ${path === "" ? "(body)" : path}${place}: ${message}`)
    }
    lines.push(`  (${code})`)
    return lines.map(escapeControls).join("\n")
  }
  if (error instanceof ZodError)
    return "The server's answer is not one that this version knows: is it as new as this command?"
  const text = error instanceof Error ? error.message : String(error)
  return text.split("\n").map(escapeControls).join("\n")
}
