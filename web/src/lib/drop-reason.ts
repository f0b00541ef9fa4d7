import { type DropReason, dropReasons } from "@tundeck/shared"

const byCode = new Map<DropReason, { title: string; remedy: string }>(
  dropReasons.map((reason) => [reason.code, reason]),
)

/** Nothing is wrong: a responder is asked for routers and names as any host is, and answers what it is made for. */
export const isExpected = (code: DropReason): boolean => code === "not-answered"

/** What a drop means and what to do about it. */
export function dropReasonText(code: DropReason): { title: string; remedy: string } {
  return byCode.get(code) ?? { title: code, remedy: "" }
}
