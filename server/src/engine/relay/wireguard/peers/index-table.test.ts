import fc from "fast-check"
import { expect, it } from "vitest"
import { IndexTable } from "./index-table.ts"

it("indices that fall on one slot are told apart, also after one of them is gone", () => {
  const table = new IndexTable<string>()
  for (const index of [1, 17, 33, -15]) table.add(index, `at ${index}`)
  table.remove(17)
  expect([1, 17, 33, -15].map((index) => table.find(index))).toEqual(["at 1", null, "at 33", "at -15"])
})

it("as a Map does", () => {
  // Few of them, that meet: also across the end of the table.
  const index = fc
    .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([a, b]) => (a + (b << 6)) | 0)
  const step = fc.record({ adds: fc.boolean(), index })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new IndexTable<number>()
      const model = new Map<number, number>()
      steps.forEach(({ adds, index: at }, i) => {
        if (!adds) {
          table.remove(at)
          model.delete(at)
        } else if (!model.has(at)) {
          table.add(at, i)
          model.set(at, i)
        }
        expect(table.size).toBe(model.size)
        for (let a = -3; a <= 3; a++) {
          for (let b = 0; b <= 3; b++)
            expect(table.find((a + (b << 6)) | 0)).toBe(model.get((a + (b << 6)) | 0) ?? null)
        }
      })
    }),
  )
})
