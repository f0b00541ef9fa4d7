import {
  compareInterface,
  type DriftField,
  driftFields,
  type InterfaceActual,
  type InterfaceWanted,
  type NewHostEvent,
} from "@tundeck/shared"
import { actFor } from "../../system-calls/acting.ts"
import type { Bringer } from "../reconcile/bring.ts"
import { mismatchOf, reconcile } from "../reconcile/reconcile.ts"
import { describeDrift, describeHealing } from "./describe.ts"
import type { StormGuard } from "./storm-guard.ts"

/**
 * Puts back what someone else changed on an interface that is to be healed; tells of the drift of one that is not.
 *
 * What is wanted and missing is put back: the interface itself, addresses, routes, MTU, MAC, owner, up or down. What
 * stands there beyond the wish (an address or route that someone added) is drift for people to see; `apply` and `repair`
 * remove it, healing never does. Another kind or queue mode is never touched: that interface is someone else's work.
 */
export interface Healer {
  /** True when it changed something. */
  consider(wanted: InterfaceWanted, actual: InterfaceActual | null): boolean
  /** A new wish, or none any more: what was said before counts no longer. */
  forget(name: string): void
}

export interface HealerParts {
  bringer: Bringer
  guard: StormGuard
  now: () => number
  onEvent: (event: NewHostEvent) => void
  /** Healing rests for this interface, or failed: consider it again after a while. */
  lookLater: (name: string) => void
}

export function createHealer({ bringer, guard, now, onEvent, lookLater }: HealerParts): Healer {
  // What was said of each interface last: said again only when it is something else.
  const said = new Map<string, string>()

  function tell(name: string, severity: NewHostEvent["severity"], text: string): void {
    onEvent({ time: now(), severity, subject: `interface ${name}`, text })
  }

  function tellOnce(name: string, severity: NewHostEvent["severity"], text: string): void {
    if (said.get(name) === text) return
    said.set(name, text)
    tell(name, severity, text)
  }

  function heal(wanted: InterfaceWanted, actual: InterfaceActual | null): boolean {
    const { name } = wanted
    const extent = { fields: healedFields(wanted), extras: "leave" } as const
    const steps = reconcile(wanted, actual, extent)
    if (steps.length === 0) {
      said.delete(name)
      return false
    }
    const answer = guard.ask(name, now())
    if (answer === "begins") {
      tell(name, "warning", `${name}: changed from outside again and again; Tundeck lets it be for a minute`)
      lookLater(name)
    }
    if (answer !== "heal") return false
    const bring = () => bringer.asFarAsPossible(wanted, actual, extent)
    const { done, failures } = actFor({ request: null, action: "heal" }, bring)
    if (done.length > 0) tell(name, "info", describeHealing(name, done, actual))
    if (failures.length > 0) lookLater(name)
    for (const problem of failures) tellOnce(name, "error", `${name}: could not be put back: ${problem.message}`)
    return done.length > 0
  }

  return {
    consider(wanted, actual) {
      const mismatch = actual === null ? undefined : mismatchOf(wanted, actual)
      if (mismatch !== undefined) tellOnce(wanted.name, "warning", mismatch)
      else if (wanted.heal) return heal(wanted, actual)
      else {
        const drifts = compareInterface(wanted, actual).filter((drift) => !drift.ignored)
        if (drifts.length > 0) tellOnce(wanted.name, "warning", describeDrift(wanted.name, drifts))
        else said.delete(wanted.name)
      }
      return false
    },
    forget(name) {
      said.delete(name)
      guard.reset(name)
    },
  }
}

export function healedFields(wanted: InterfaceWanted): DriftField[] {
  return driftFields.filter((field) => !wanted.ignoreDrift.includes(field))
}
