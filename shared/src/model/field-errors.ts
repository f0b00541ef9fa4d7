import type { z } from "zod"
import { type FieldError, Problem } from "./problem.ts"

type Issue = z.core.$ZodIssue

/** What is wrong where a schema has no words of its own; undefined leaves it to zod. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "This field is needed."
      return nouns[issue.expected] && `This must be ${nouns[issue.expected]}.`
    case "invalid_value":
      return oneOf(issue.values)
    case "too_small":
      return typeof issue.input === "string" ? "This is too short." : `At least ${issue.minimum}.`
    case "too_big":
      return typeof issue.input === "string"
        ? `At most ${issue.maximum} characters.`
        : `At most ${issue.maximum}${Array.isArray(issue.input) ? " entries" : ""}.`
    case "invalid_union":
      return Array.isArray(issue.options) ? oneOf(issue.options) : undefined
    default:
      return undefined
  }
}

const oneOf = (values: readonly unknown[]) => `Write ${values.map((value) => JSON.stringify(value)).join(" or ")}.`

const nouns: Partial<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
}

/** Throws Problem validation-failed, field by field. */
export function parsedBy<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: plainWords })
  if (parsed.success) return parsed.data
  throw new Problem("validation-failed", undefined, fieldErrors(parsed.error))
}

/** What is wrong, field by field, in the words of the schema. */
export function fieldErrors(error: z.core.$ZodError): FieldError[] {
  return error.issues.flatMap((issue) => describe(issue, []))
}

function describe(issue: Issue, parents: readonly PropertyKey[]): FieldError[] {
  const path = [...parents, ...issue.path]
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: textOf([...path, key]), message: "There is no such field here." }))
  }
  if (issue.code === "invalid_union") {
    const [closest] = issue.errors.toSorted((a, b) => wrongTypes(a) - wrongTypes(b))
    if (closest !== undefined && closest.length > 0) return closest.flatMap((inner) => describe(inner, path))
  }
  return [{ path: textOf(path), message: issue.message }]
}

/** The branch of a union whose type fits says best what is wrong. */
function wrongTypes(issues: readonly Issue[]): number {
  return issues.filter((issue) => issue.code === "invalid_type").length
}

function textOf(path: readonly PropertyKey[]): string {
  return path.map(String).join(".")
}
