import { Problem, type ProblemCode, problems } from "@tundeck/shared"
import { type FormErrors, problemErrors } from "../../../lib/api/form-errors.ts"

/** Refusals that are about one field, though they name none. */
const fieldOf: Partial<Record<ProblemCode, string>> = {
  "interface-exists": "name",
  "owner-not-found": "owner",
  "group-not-found": "group",
  "bridge-not-found": "bridge",
}

/** What the panel says of the form, each beside its field. */
export function interfaceErrors(error: unknown): FormErrors {
  const errors = problemErrors(error)
  if (!(error instanceof Problem) || Object.keys(errors).length > 0) return errors
  const field = fieldOf[error.code]
  return field === undefined ? {} : { [field]: error.detail ?? problems[error.code].title }
}
