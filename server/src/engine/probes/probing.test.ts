import type { ProbeAnswer } from "@tundeck/shared"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Ask, Question } from "./ask.ts"
import { findPathMtu } from "./path-mtu.ts"
import { ping } from "./ping.ts"
import { trace } from "./trace.ts"

const silence: ProbeAnswer = { kind: "silence" }
const reply = (timeMs = 1): ProbeAnswer => ({ kind: "reply", from: "10.0.0.9", timeMs })
const expired = (from: string): ProbeAnswer => ({ kind: "time-exceeded", from, timeMs: 1 })
const noSleep = async () => undefined

/** A network as a function; what was asked is noted. */
function asker(answer: (question: Question, times: number) => ProbeAnswer): { ask: Ask; asked: Question[] } {
  const asked: Question[] = []
  const ask: Ask = async (question) => {
    asked.push(question)
    return answer(question, asked.filter(({ hopLimit }) => hopLimit === question.hopLimit).length)
  }
  return { ask, asked }
}

describe("ping", () => {
  it("counts replies, and of their times the least, the mean and the most", async () => {
    const answers = [reply(2), silence, reply(4), { kind: "unreachable", timeMs: 9 } as const]
    let next = 0
    const { ask } = asker(() => answers[next++] ?? silence)
    const pings = await ping(ask, { count: 4, intervalMs: 20 }, 84, noSleep)
    expect(pings).toMatchObject({ received: 2, roundTripMs: { least: 2, average: 3, most: 4 } })
    expect(pings.items.map(({ sequence, answer }) => [sequence, answer.kind])).toEqual([
      [1, "reply"],
      [2, "silence"],
      [3, "reply"],
      [4, "unreachable"],
    ])
  })

  it("without a reply there is no time", async () => {
    const { ask } = asker(() => silence)
    expect(await ping(ask, { count: 1, intervalMs: 20 }, 84, noSleep)).toMatchObject({ received: 0, roundTripMs: null })
  })

  it("waits between two requests, and not before the first", async () => {
    const slept: number[] = []
    const { ask } = asker(() => reply())
    await ping(ask, { count: 3, intervalMs: 70 }, 84, async (ms) => slept.push(ms))
    expect(slept).toEqual([70, 70])
  })
})

describe("trace", () => {
  it("lists the routers up to the destination, and asks no farther", async () => {
    const { ask, asked } = asker(({ hopLimit }) => (hopLimit < 3 ? expired(`10.0.0.${hopLimit}`) : reply()))
    const { items, reached } = await trace(ask, 16, 84, noSleep)
    expect(reached).toBe(true)
    expect(items.map(({ hop, answer }) => [hop, answer.from])).toEqual([
      [1, "10.0.0.1"],
      [2, "10.0.0.2"],
      [3, "10.0.0.9"],
    ])
    expect(asked.length).toBeLessThan(6)
  })

  it("a hop that was silent is asked once more; one that stays silent is a line of its own", async () => {
    const { ask } = asker(({ hopLimit }, times) => {
      if (hopLimit === 1) return times === 1 ? silence : expired("10.0.0.1")
      return hopLimit === 2 ? silence : reply()
    })
    const { items } = await trace(ask, 8, 84, noSleep)
    expect(items.map(({ answer }) => answer.kind)).toEqual(["time-exceeded", "silence", "reply"])
  })

  it("of the silence behind the last router one line is left", async () => {
    const { ask } = asker(({ hopLimit }) => (hopLimit === 1 ? expired("10.0.0.1") : silence))
    const { items, reached } = await trace(ask, 12, 84, noSleep)
    expect(reached).toBe(false)
    expect(items.map(({ answer }) => answer.kind)).toEqual(["time-exceeded", "silence"])
  })

  it("a router that refuses ends the way", async () => {
    const { ask } = asker(({ hopLimit }) => (hopLimit === 1 ? { kind: "unreachable", from: "10.0.0.1" } : reply()))
    const { items, reached } = await trace(ask, 12, 84, noSleep)
    expect({ reached, items }).toMatchObject({ reached: false, items: [{ hop: 1 }] })
  })
})

describe("path MTU", () => {
  it("any path's is found exactly, whether larger ones vanish or a router says so, in few questions", async () => {
    const paths = fc
      .record({
        mtu: fc.integer({ min: 84, max: 65_535 }),
        own: fc.integer({ min: 84, max: 65_535 }),
        told: fc.boolean(),
      })
      .filter(({ mtu, own }) => mtu <= own)
    await fc.assert(
      fc.asyncProperty(paths, async ({ mtu, own, told }) => {
        const { ask, asked } = asker(({ bytes }) => {
          if (bytes <= mtu) return reply()
          return told ? { kind: "too-big", from: "10.0.0.1", mtu } : silence
        })
        const found = await findPathMtu(ask, own)
        expect(found).toMatchObject({ interfaceMtu: own, pathMtu: mtu, exact: true, silent: mtu < own && !told })
        if (told) expect(asked.length).toBeLessThanOrEqual(4)
      }),
    )
  })

  it("one packet that is lost misleads nobody", async () => {
    let lost = 0
    const { ask } = asker(({ bytes }) => {
      lost += 1
      return lost % 2 === 1 || bytes > 1300 ? silence : reply()
    })
    expect(await findPathMtu(ask, 1500)).toMatchObject({ pathMtu: 1300, exact: true, silent: true })
  })

  it("a way that stands still for a moment misleads nobody", async () => {
    for (let begin = 2; begin < 12; begin++) {
      let number = 0
      const { ask } = asker(({ bytes }) => {
        number += 1
        return bytes > 1400 || (number >= begin && number < begin + 4) ? silence : reply()
      })
      expect(await findPathMtu(ask, 1500)).toMatchObject({ pathMtu: 1400, exact: true, silent: true })
    }
  })

  it("a router that says nonsense is not believed", async () => {
    for (const mtu of [0, 20, 9000]) {
      const { ask } = asker(({ bytes }) => (bytes <= 1400 ? reply() : { kind: "too-big", mtu }))
      expect(await findPathMtu(ask, 1500)).toMatchObject({ pathMtu: 1400, exact: true })
    }
  })

  it("where nobody answers nothing is claimed", async () => {
    const { ask, asked } = asker(() => silence)
    expect(await findPathMtu(ask, 1500)).toMatchObject({ pathMtu: null, exact: false, silent: false })
    expect(asked).toHaveLength(3)
  })

  it("a path that answers now and then ends the search all the same", async () => {
    let seed = 1
    const { ask, asked } = asker(({ bytes }) => {
      seed = (seed * 16_807) % 2_147_483_647
      return bytes === 84 || seed % 3 === 0 ? reply(900) : silence
    })
    await findPathMtu(ask, 65_535)
    expect(asked.length).toBeLessThanOrEqual(40)
  })
})
