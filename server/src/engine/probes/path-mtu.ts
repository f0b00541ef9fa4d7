import type { PathMtuResult, ProbeAnswer } from "@tundeck/shared"
import { type Ask, answerWithinMs, usualHopLimit } from "./ask.ts"

/** What ping sends. */
const smallBytes = 84
/**
 * A packet that did not pass is sent again: one may be lost. Three of the first, which decides all. Where it was silence that
 * decided in the end, that size is asked for once more, with patience: the way may only have stood still for a moment.
 */
const firstTries = 3
const tries = 2
const mostQuestions = 40

/**
 * Looks for the largest packet that gets to the destination and back. What a router says of its next link is tried first; where
 * larger ones vanish without a word, halving finds it.
 */
export async function findPathMtu(
  ask: Ask,
  interfaceMtu: number,
): Promise<Pick<PathMtuResult, "interfaceMtu" | "pathMtu" | "exact" | "silent" | "items">> {
  const items: PathMtuResult["items"] = []
  let timeoutMs = answerWithinMs

  async function passes(bytes: number, most: number): Promise<ProbeAnswer> {
    let answer: ProbeAnswer = { kind: "silence" }
    for (let i = 0; i < most && answer.kind === "silence" && items.length < mostQuestions; i++) {
      answer = await ask({ bytes, hopLimit: usualHopLimit, timeoutMs })
      items.push({ bytes, answer })
    }
    return answer
  }

  const small = Math.min(smallBytes, interfaceMtu)
  const first = await passes(small, firstTries)
  if (first.kind !== "reply") return { interfaceMtu, pathMtu: null, exact: false, silent: false, items }
  timeoutMs = Math.min(answerWithinMs, Math.max(150, 100 + 4 * (first.timeMs ?? answerWithinMs)))

  let fits = small
  let tooLarge = interfaceMtu + 1
  let told = 0
  let isTold = false

  /** Until no size is between the two, or all questions are asked. Tells how the one that is too large was answered last. */
  async function narrow(): Promise<ProbeAnswer["kind"]> {
    let decided: ProbeAnswer["kind"] = "reply"
    let next = interfaceMtu
    while (tooLarge - fits > 1 && items.length < mostQuestions) {
      const answer = await passes(next, tries)
      if (answer.kind === "reply") fits = next
      else {
        tooLarge = next
        decided = answer.kind
      }
      isTold ||= answer.kind !== "reply" && answer.kind !== "silence"
      told = answer.mtu ?? told
      if (told > fits && told < tooLarge) next = told
      else next = told === fits ? fits + 1 : Math.floor((fits + tooLarge) / 2)
    }
    return decided
  }

  while ((await narrow()) === "silence" && items.length < mostQuestions) {
    timeoutMs = answerWithinMs
    const again = await passes(tooLarge, 1)
    if (again.kind !== "reply") break
    fits = tooLarge
    tooLarge = interfaceMtu + 1
  }
  return { interfaceMtu, pathMtu: fits, exact: tooLarge - fits === 1, silent: fits < interfaceMtu && !isTold, items }
}
