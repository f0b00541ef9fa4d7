import { expect, it } from "vitest"
import { type FallbackFacts, fallbackStep } from "./fallback.ts"

const never = Number.POSITIVE_INFINITY
const answered: FallbackFacts = {
  isOverTcp: false,
  since: 0,
  unansweredSince: never,
  callsTcp: false,
  triedUdpAt: never,
}
const overTcp = { ...answered, isOverTcp: true, since: 1000, callsTcp: true }

it.each<[string, FallbackFacts, number, string, number]>([
  ["who answers over udp is let be", answered, 1e9, "none", never],
  ["who does not is waited for", { ...answered, unansweredSince: 1000 }, 10_999, "none", 11_000],
  ["for ten seconds", { ...answered, unansweredSince: 1000 }, 11_000, "call-tcp", never],
  [
    "once it is called over tcp, that is all",
    { ...answered, unansweredSince: 1000, callsTcp: true },
    1e9,
    "none",
    never,
  ],
  ["over tcp, udp is let be at first", overTcp, 30_999, "none", 31_000],
  ["and tried after half a minute", overTcp, 31_000, "try-udp", 91_000],
  ["then every minute", { ...overTcp, triedUdpAt: 31_000 }, 90_999, "none", 91_000],
  ["as long as it takes", { ...overTcp, triedUdpAt: 31_000 }, 91_000, "try-udp", 151_000],
  [
    "back on udp, what is under way over tcp may come",
    { ...answered, since: 1000, callsTcp: true },
    5_999,
    "none",
    6_000,
  ],
  ["before the stream ends", { ...answered, since: 1000, callsTcp: true }, 6_000, "end-tcp", never],
])("%s", (_what, facts, now, step, nextAt) => {
  expect(fallbackStep(facts, now)).toEqual({ step, nextAt })
})
