import type { InterfaceView } from "@tundeck/shared"

export type InterfaceState = "up" | "waiting" | "down" | "missing"

/** One word for an interface: `waiting` is up with no program attached. */
export function interfaceState({ actual }: Pick<InterfaceView, "actual">): InterfaceState {
  if (actual === null) return "missing"
  if (!actual.up) return "down"
  return actual.carrier ? "up" : "waiting"
}
