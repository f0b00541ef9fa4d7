import { expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { expandFlood } from "./flood.ts"
import { thisDevice } from "./mac-table.ts"

it("a flood reaches each connected peer but the sender, over as many batches as it takes", () => {
  const from = new Batch(1)
  from.add(100, 60, 0)
  from.gsoSize[0] = 1400
  const up = Uint8Array.from([1, 1, 0, 1, 1, 1, 0])
  const to = new Batch(2)
  const reached: number[][] = []
  for (let next = 0; next < up.length; ) {
    to.clear()
    next = expandFlood(from, 0, up, 3, to, next)
    reached.push(Array.from(to.peer.subarray(0, to.count)))
    expect([to.at[0], to.length[0], to.gsoSize[0]]).toEqual([100, 60, 1400])
  }
  expect(reached).toEqual([
    [0, 1],
    [4, 5],
  ])
})

it("from the device it reaches all, and nobody when none is connected", () => {
  const [from, to] = [new Batch(1), new Batch(4)]
  from.add(0, 60, 0)
  expect(expandFlood(from, 0, Uint8Array.from([1, 1, 1]), thisDevice, to, 0)).toBe(3)
  expect(to.count).toBe(3)
  expect(expandFlood(from, 0, new Uint8Array(3), thisDevice, to, 0)).toBe(3)
  expect(to.count).toBe(3)
})
