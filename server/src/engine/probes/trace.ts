import type { ProbeAnswer, TraceResult } from "@tundeck/shared"
import { type Ask, answerWithinMs } from "./ask.ts"

/** A router answers a few times a second at most: each hop is asked once, and again only when it was silent. */
const stepMs = 40

type Hop = TraceResult["items"][number]

/**
 * Asks with one hop more each time, without waiting for the one before, until somebody ends the way. `bytes` of each packet.
 */
export async function trace(
  ask: Ask,
  hops: number,
  bytes: number,
  sleep: (ms: number) => Promise<unknown>,
): Promise<Pick<TraceResult, "items" | "reached">> {
  const answers: (ProbeAnswer | undefined)[] = []
  const put = async (hop: number) => {
    answers[hop - 1] = await ask({ bytes, hopLimit: hop, timeoutMs: answerWithinMs })
  }
  const under: Promise<void>[] = []
  for (let hop = 1; hop <= hops && !answers.some(isEnd); hop++) {
    under.push(put(hop))
    await sleep(stepMs)
  }
  await Promise.all(under)
  const silent = upToEnd(answers).flatMap((answer, i) => (answer.kind === "silence" ? [i + 1] : []))
  await Promise.all(silent.map(put))
  const all = upToEnd(answers)
  const lastHeard = all.findLastIndex(({ kind }) => kind !== "silence")
  const items = all.slice(0, lastHeard + 2).map((answer, i): Hop => ({ hop: i + 1, answer }))
  return { items, reached: items.at(-1)?.answer.kind === "reply" }
}

/** Nothing farther away will say anything else. */
function isEnd(answer: ProbeAnswer | undefined): boolean {
  return answer !== undefined && answer.kind !== "silence" && answer.kind !== "time-exceeded"
}

function upToEnd(answers: readonly (ProbeAnswer | undefined)[]): ProbeAnswer[] {
  const end = answers.findIndex(isEnd)
  return answers.slice(0, end < 0 ? answers.length : end + 1).map((answer) => answer ?? { kind: "silence" })
}
