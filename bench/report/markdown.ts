import { spread, type Values } from "./statistics.ts"

/** The first row is the head; the first column is text, the others are numbers. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n")
}

/** With so many digits behind the point; three that count when not told. */
export function short(value: number, digits?: number): string {
  return value.toFixed(digits ?? (value >= 100 ? 0 : value >= 10 ? 1 : 2))
}

/** `median (lowest–highest)`. */
export function cell(values: Values, digits?: number): string {
  const found = spread(values)
  if (found === null) return "–"
  const { median, low, high } = found
  return values.length === 1
    ? short(median, digits)
    : `${short(median, digits)} (${short(low, digits)}–${short(high, digits)})`
}
