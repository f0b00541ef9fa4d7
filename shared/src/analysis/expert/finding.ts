import type { Seen } from "../amount.ts"

/** What the expert looks for; docs/expert.md says from when on. */
export const findingTitles = {
  retransmissions: "TCP segments are sent again",
  "tcp-over-tcp": "TCP runs over TCP, and loses",
  "path-mtu": "Packets do not fit the path",
  "too-large": "Packets are dropped for their size",
  "one-way": "Nothing comes back",
  "no-neighbour": "Nobody has the address",
  "duplicate-address": "Two hosts use one address",
} as const

export type FindingKind = keyof typeof findingTitles

/** Something that looks wrong, by facts that passed. `rows` has the numbers of the latest rows that show it. */
export interface Finding extends Readonly<Seen> {
  readonly kind: FindingKind
  /** A note may be as it should be. */
  readonly severity: "warning" | "note"
  readonly title: string
  /** What was seen, in one sentence. */
  readonly what: string
  /** What to try. */
  readonly advice: string
  /** How often it was seen. */
  readonly count: number
  /** What shows it among the packets. */
  readonly filter: string
}

/** How many a rule keeps in mind; those silent for longest are forgotten. */
export const mostKept = 1000

/** `once`, `3 times` */
export function times(count: number): string {
  return count === 1 ? "once" : `${counted(count)} times`
}

export function counted(count: number): string {
  return count.toLocaleString("en")
}
