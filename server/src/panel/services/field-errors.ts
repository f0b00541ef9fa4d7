import type { FieldError } from "@tundeck/shared"
import type { z } from "zod"

type Issue = z.core.$ZodIssue

/** What is wrong, field by field, in the words of the schema. */
export function fieldErrors(error: z.core.$ZodError): FieldError[] {
  return error.issues.flatMap((issue) => describe(issue, []))
}

function describe(issue: Issue, parents: readonly PropertyKey[]): FieldError[] {
  const path = [...parents, ...issue.path]
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: textOf([...path, key]), message: "There is no such field." }))
  }
  if (issue.code === "invalid_union") {
    const [closest] = issue.errors.toSorted((a, b) => wrongTypes(a) - wrongTypes(b))
    if (closest !== undefined && closest.length > 0) return closest.flatMap((inner) => describe(inner, path))
  }
  if (issue.code === "invalid_type" && issue.input === undefined && issue.message.endsWith("received undefined")) {
    return [{ path: textOf(path), message: "This field is needed." }]
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
