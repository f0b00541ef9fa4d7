import { dissect, type Field } from "@tundeck/shared"
import { expect, test } from "vitest"
import { ancestors, fieldAt, listFields, nodesInSight } from "./field-list.ts"

const leaf = (name: string, start: number, length: number): Field => ({ name, text: "", start, length })
const nodes = listFields([
  {
    ...leaf("IP", 0, 8),
    children: [
      { ...leaf("Flags", 0, 2), children: [leaf("First bit", 0, 1), leaf("Both", 0, 2)] },
      leaf("Source", 4, 4),
    ],
  },
  leaf("Data", 8, 4),
])
const nameAt = (byte: number) => fieldAt(nodes, byte)?.field.name

test("fields are listed as they are read, each with its place", () => {
  expect(nodes.map(({ field, depth, parent, place, places }) => [field.name, depth, parent, place, places])).toEqual([
    ["IP", 0, -1, 1, 2],
    ["Flags", 1, 0, 1, 2],
    ["First bit", 2, 1, 1, 2],
    ["Both", 2, 1, 2, 2],
    ["Source", 1, 0, 2, 2],
    ["Data", 0, -1, 2, 2],
  ])
})

test("only what stands below open fields is in sight", () => {
  const names = (...open: number[]) => nodesInSight(nodes, new Set(open)).map(({ field }) => field.name)
  expect(names()).toEqual(["IP", "Data"])
  expect(names(0)).toEqual(["IP", "Flags", "Source", "Data"])
  expect(names(1)).toEqual(["IP", "Data"])
  expect(names(0, 1)).toEqual(["IP", "Flags", "First bit", "Both", "Source", "Data"])
})

test("a byte belongs to the deepest and shortest field around it", () => {
  expect([0, 1, 3, 7, 8, 11, 12].map(nameAt)).toEqual(["First bit", "Both", "IP", "Source", "Data", "Data", undefined])
})

test("a field knows what it stands in", () => {
  expect(nodes.map((node) => ancestors(nodes, node).map(({ field }) => field.name))).toEqual([
    [],
    ["IP"],
    ["IP", "Flags"],
    ["IP", "Flags"],
    ["IP"],
    [],
  ])
})

test("every byte of a packet belongs to a field that holds it", () => {
  const bytes = Uint8Array.from({ length: 84 }, (_, index) => (index === 0 ? 0x45 : index === 9 ? 1 : index))
  const packet = listFields(dissect(bytes, bytes.length, "ip"))
  for (const byte of bytes.keys()) {
    const { start = -1, length = 0 } = fieldAt(packet, byte)?.field ?? {}
    expect(start <= byte && byte < start + length, `byte ${byte}`).toBe(true)
  }
})
