import { type DropReason, dropReasons } from "@tundeck/shared"

const byCode = new Map<DropReason, { title: string; remedy: string }>(
  dropReasons.map((reason) => [reason.code, reason]),
)

/** What a drop means and what to do about it. */
export function dropReasonText(code: DropReason): { title: string; remedy: string } {
  return byCode.get(code) ?? { title: code, remedy: "" }
}
