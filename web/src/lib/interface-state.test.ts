import type { InterfaceActual } from "@tundeck/shared"
import { expect, test } from "vitest"
import { interfaceState } from "./interface-state.ts"

const actual = (up: boolean, carrier: boolean) => ({ up, carrier }) as InterfaceActual // the state looks at no more

test.each([
  [actual(true, true), "up"],
  [actual(true, false), "waiting"],
  [actual(false, true), "down"],
  [actual(false, false), "down"],
  [null, "missing"],
] as const)("interface state: %j is %s", (given, state) => {
  expect(interfaceState({ actual: given })).toBe(state)
})
