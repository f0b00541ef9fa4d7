import { parseSync } from "@swc/core"

/** One small mistake in a source: its bytes from `start` to before `end` become `text`. */
export interface Mutant {
  start: number
  end: number
  text: string
  /** The line that is changed, from 1, and what it becomes. */
  line: number
  becomes: string
}

type Place = Pick<Mutant, "start" | "end" | "text">

const operators: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<<": [">>>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "+=": ["-="],
  "-=": ["+="],
  "|=": ["&="],
  "&=": ["|="],
  "++": ["--"],
  "--": ["++"],
}
const methods: Readonly<Record<string, string>> = { min: "max", max: "min", some: "every", every: "some" }

interface Node {
  type: string
  span: { start: number; end: number }
  [field: string]: unknown
}

/** Each mistake that can be made in a TypeScript source. Types are left alone. */
export function mutantsOf(source: string): Mutant[] {
  const bytes = Buffer.from(source)
  const places = [...placesOf(parseSync(source, { syntax: "typescript" }), bytes)].toSorted(
    (one, other) => one.start - other.start,
  )
  return places.map((place) => {
    const before = bytes.subarray(0, place.start).toString()
    const lineAt = before.lastIndexOf("\n") + 1
    const after = bytes.subarray(place.end).toString()
    const [rest = ""] = after.split("\n", 1)
    const changed = `${before.slice(lineAt)}${place.text}${rest}`.trim()
    const original = source.split("\n")[before.split("\n").length - 1] ?? ""
    const becomes = changed === ";" ? `not ${original.trim()}` : changed
    return { ...place, line: before.split("\n").length, becomes }
  })
}

export function mutated(source: string, { start, end, text }: Place): string {
  const bytes = Buffer.from(source)
  return `${bytes.subarray(0, start)}${text}${bytes.subarray(end)}`
}

function* placesOf(value: unknown, bytes: Buffer): Generator<Place> {
  if (typeof value !== "object" || value === null) return
  if (isNode(value)) {
    if (value.type.startsWith("Ts") && value.type !== "TsAsExpression") return
    yield* mistakesAt(value, bytes)
  }
  for (const part of Object.values(value)) yield* placesOf(part, bytes)
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "span" in value
}

function* mistakesAt(node: Node, bytes: Buffer): Generator<Place> {
  const whole = placeOf(node)
  const operator = typeof node.operator === "string" ? node.operator : ""
  switch (node.type) {
    case "BinaryExpression":
    case "AssignmentExpression": {
      const [left, right] = [node.left, node.right]
      if (!isNode(left) || !isNode(right)) return
      const from = placeOf(left).end
      const start = bytes.indexOf(` ${operator} `, from) + 1
      if (start === 0 || start >= placeOf(right).start)
        return yield* ofLines(bytes, from, operator, placeOf(right).start)
      return yield* (operators[operator] ?? []).map((text) => ({ start, end: start + operator.length, text }))
    }
    case "UpdateExpression":
      yield* (operators[operator] ?? []).map((text) => ({ ...operatorOf(node, whole, operator), text }))
      return
    case "UnaryExpression":
      if (operator === "!" || operator === "-") yield { start: whole.start, end: whole.start + 1, text: "" }
      return
    case "NumericLiteral": {
      const value = Number(node.value)
      yield { ...whole, text: `${value + 1}` }
      if (value > 0) yield { ...whole, text: `${value - 1}` }
      return
    }
    case "BooleanLiteral":
      yield { ...whole, text: node.value === true ? "false" : "true" }
      return
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      if (!isNode(node.test)) return
      if (node.type !== "WhileStatement") yield { ...placeOf(node.test), text: "true" }
      yield { ...placeOf(node.test), text: "false" }
      return
    case "ExpressionStatement":
    case "ReturnStatement":
    case "ContinueStatement":
      yield { ...whole, text: ";" }
      return
    case "MemberExpression": {
      const { property } = node
      if (!isNode(property) || property.type !== "Identifier") return
      const other = methods[String(property.value)]
      if (other !== undefined) yield { ...placeOf(property), text: other }
    }
  }
}

/** An operator at the end or the beginning of a line. */
function* ofLines(bytes: Buffer, from: number, operator: string, to: number): Generator<Place> {
  const at = bytes.subarray(from, to).indexOf(operator)
  if (at < 0) return
  yield* (operators[operator] ?? []).map((text) => ({ start: from + at, end: from + at + operator.length, text }))
}

function operatorOf(node: Node, { start, end }: { start: number; end: number }, { length }: string) {
  return node.prefix === true ? { start, end: start + length } : { start: end - length, end }
}

/** Spans of swc count bytes from 1. */
function placeOf({ span: { start, end } }: Node): { start: number; end: number } {
  return { start: start - 1, end: end - 1 }
}
