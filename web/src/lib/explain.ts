import { Problem, problems } from "@tundeck/shared"
import { PanelUnreachable } from "./api/call.ts"

type Explained =
  | { kind: "problem"; title: string; detail: string | undefined; code: string }
  | { kind: "unreachable" }
  | { kind: "unknown"; message: string }

/** What a person is told about an error. */
export function explain(error: unknown): Explained {
  if (error instanceof Problem) {
    return { kind: "problem", title: problems[error.code].title, detail: error.detail, code: error.code }
  }
  if (error instanceof PanelUnreachable) return { kind: "unreachable" }
  return { kind: "unknown", message: error instanceof Error ? error.message : String(error) }
}
