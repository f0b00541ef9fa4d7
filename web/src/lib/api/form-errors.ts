import { type FieldError, Problem } from "@tundeck/shared"
import type { z } from "zod"

/** Messages by the path of their field, as Mantine's forms take them: {"addresses.0": "Write address/length …"}. */
export type FormErrors = Record<string, string>

function byPath(fields: readonly FieldError[]): FormErrors {
  const errors: FormErrors = {}
  for (const { path, message } of fields) errors[path] ??= message
  return errors
}

/** What a schema says of a body before it is sent. */
export function schemaErrors(schema: z.ZodType, body: unknown): FormErrors {
  const parsed = schema.safeParse(body)
  if (parsed.success) return {}
  return byPath(parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })))
}

/** What the panel says of it. */
export function problemErrors(error: unknown): FormErrors {
  return error instanceof Problem ? byPath(error.errors ?? []) : {}
}
