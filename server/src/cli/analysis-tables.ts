import { type Analysis, conversationName, type Finding } from "@tundeck/shared"
import type { Cell } from "./output.ts"

export interface AnalysisTable {
  head: string[]
  /** The most first. */
  rows: Cell[][]
  nothing: string
}

const nothing = "Nothing passed."

/** What `tundeck packets` prints of an analysis. */
export const analysisTables = {
  conversations: (analysis: Analysis): AnalysisTable => ({
    head: ["BETWEEN", "PROTOCOL", "PACKETS →", "←", "BYTES →", "←", "DROPPED"],
    rows: analysis
      .conversations()
      .toSorted((a, b) => b.forth.bytes + b.back.bytes - a.forth.bytes - a.back.bytes)
      .map((row) => {
        const { protocol, forth, back } = row
        const amounts = [forth.packets, back.packets, forth.bytes, back.bytes, forth.drops + back.drops]
        return [conversationName(row), protocol, ...amounts]
      }),
    nothing,
  }),
  talkers: (analysis: Analysis): AnalysisTable => ({
    head: ["ADDRESS", "PACKETS SENT", "BYTES SENT", "PACKETS TO IT", "BYTES TO IT", "DROPPED"],
    rows: analysis
      .talkers()
      .toSorted((a, b) => b.sent.bytes + b.received.bytes - a.sent.bytes - a.received.bytes)
      .map(({ address, sent, received }) => {
        const drops = sent.drops + received.drops
        return [address, sent.packets, sent.bytes, received.packets, received.bytes, drops]
      }),
    nothing,
  }),
  protocols: (analysis: Analysis): AnalysisTable => ({
    head: ["PROTOCOL", "PACKETS", "BYTES", "DROPPED"],
    rows: analysis
      .protocols()
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(({ protocol, packets, bytes, drops }) => [protocol, packets, bytes, drops]),
    nothing,
  }),
  drops: (analysis: Analysis): AnalysisTable => ({
    head: ["REASON", "WAY", "PACKETS", "BYTES", "WHAT TO DO"],
    rows: analysis
      .drops()
      .toSorted((a, b) => b.packets - a.packets)
      .map(({ reason, direction, packets, bytes, remedy }) => [reason, direction, packets, bytes, remedy]),
    nothing: "Nothing was dropped.",
  }),
} as const

/** What was found, what to try, and how to see it. */
export function findingLines({ severity, title, what, advice, filter }: Finding, tunnel: string): string[] {
  return [`${severity}: ${title}`, `  ${what}`, `  Try: ${advice}`, `  tundeck packets ${tunnel} --filter '${filter}'`]
}
