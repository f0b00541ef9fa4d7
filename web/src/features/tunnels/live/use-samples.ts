import { useState } from "react"
import { useLive } from "../../../lib/live/use-live.ts"
import type { Sample } from "./points.ts"
import { ranges } from "./query.ts"

const mostSamples = ranges.live.seconds + 10

/** The counters of a tunnel as they come, once a second; `first` is told when they begin. `now` is when they were last told, Unix ms. */
export function useSamples(id: string, first: () => void): { now: number; samples: readonly Sample[] } {
  const [told, setTold] = useState<{ now: number; samples: readonly Sample[] }>(() => ({
    now: Date.now(),
    samples: [],
  }))
  useLive("stats", ({ time, items }) => {
    const item = items.find((each) => each.id === id)
    if (told.samples.length === 0 && item !== undefined) first()
    setTold(({ samples }) => ({
      now: time,
      samples: item === undefined ? samples : [...samples, { time, stats: item.stats }].slice(-mostSamples),
    }))
  })
  return told
}
