import type { Wire } from "../../testing/session-lab.ts"
import { type TundeckEnd, tundeckPair } from "./tundeck-pair.ts"

export const second = 1_000

/** Two ends that have greeted each other, after `a` has sent "first". */
export function connect(wire: Wire, offers: { a?: number; b?: number } = {}) {
  const pair = tundeckPair(wire, offers)
  pair.a.send("first")
  wire.run(100)
  return pair
}

/** Types of the messages with packets or what was said, in order. */
export function dataTypes(wire: Wire, from: string): number[] {
  return wire.typesSent(from).filter((type) => type > 3)
}

/** The features that an end uses with the other one. */
export function uses(end: TundeckEnd, wire: Wire): number {
  return end.session.uses(0, wire.now)
}

/** The message that `a` sent last, of this type. */
export function lastOf(wire: Wire, type: number): Wire["sent"][number] {
  const found = wire.sent.findLast(({ from, bytes }) => from === "a:1" && bytes[0] === type)
  if (found === undefined) throw new Error(`no message of type ${type}`)
  return found
}
