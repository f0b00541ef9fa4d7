import type { PingResult, PingWish } from "@tundeck/shared"
import { type Ask, answerWithinMs, usualHopLimit } from "./ask.ts"

type Pings = Pick<PingResult, "items" | "received" | "roundTripMs">

/** One request after the other, whatever becomes of those before. */
export async function ping(
  ask: Ask,
  { count, intervalMs }: Pick<PingWish, "count" | "intervalMs">,
  bytes: number,
  sleep: (ms: number) => Promise<unknown>,
): Promise<Pings> {
  const asked: ReturnType<Ask>[] = []
  for (let i = 0; i < count; i++) {
    if (i > 0) await sleep(intervalMs)
    asked.push(ask({ bytes, hopLimit: usualHopLimit, timeoutMs: answerWithinMs }))
  }
  const answers = await Promise.all(asked)
  const times = answers.flatMap(({ kind, timeMs }) => (kind === "reply" && timeMs !== undefined ? [timeMs] : []))
  return {
    items: answers.map((answer, i) => ({ sequence: i + 1, answer })),
    received: answers.filter(({ kind }) => kind === "reply").length,
    roundTripMs:
      times.length === 0
        ? null
        : {
            least: Math.min(...times),
            average: times.reduce((sum, time) => sum + time, 0) / times.length,
            most: Math.max(...times),
          },
  }
}
