import { type InterfaceActual, type InterfaceWanted, Problem } from "@tundeck/shared"
import type { Executor } from "./executor.ts"
import { type Extent, reconcile } from "./reconcile.ts"
import { type Step, toIpCommand } from "./step.ts"

export interface Outcome {
  done: Step[]
  failures: Problem[]
}

export interface Bringer {
  /** Does what can be done: one step's failure does not keep the others from being done. */
  asFarAsPossible(wanted: InterfaceWanted, actual: InterfaceActual | null, extent?: Extent): Outcome
  /** All or nothing: on a failure what was changed is put back, as far as the kernel lets it, and the Problem is thrown. */
  wholly(wanted: InterfaceWanted, actual: InterfaceActual | null, extent?: Extent): Step[]
}

/** Some steps have consequences of their own, so one look and one list of steps are not always enough. */
const mostRounds = 3

export function createBringer(executor: Executor, observe: (name: string) => InterfaceActual | null): Bringer {
  function bring(wanted: InterfaceWanted, actual: InterfaceActual | null, extent: Extent, isWhole: boolean): Outcome {
    const outcome: Outcome = { done: [], failures: [] }
    const failed = new Set<string>()
    for (let round = 0; round < mostRounds; round++) {
      const steps = reconcile(wanted, round === 0 ? actual : observe(wanted.name), extent)
      for (const step of steps) {
        const command = toIpCommand(wanted.name, step)
        if (failed.has(command)) continue
        try {
          executor.run(wanted, step)
          outcome.done.push(step)
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          outcome.failures.push(error)
          failed.add(command)
          // Without the interface there is nothing to set.
          if (isWhole || step.do === "create") return outcome
        }
      }
      if (actual === null || !steps.some(hasConsequences)) break
    }
    return outcome
  }

  function putBack(name: string, before: InterfaceActual | null): void {
    if (before === null) {
      if (observe(name) !== null) executor.delete(name)
    } else bring(asWish(before), observe(name), {}, false)
  }

  return {
    asFarAsPossible: (wanted, actual, extent = {}) => bring(wanted, actual, extent, false),
    wholly(wanted, actual, extent = {}) {
      const { done, failures } = bring(wanted, actual, extent, true)
      const [problem] = failures
      if (problem === undefined) return done
      if (done.length > 0) putBack(wanted.name, actual)
      throw problem
    },
  }
}

/** On an interface that was there before: down and a small MTU take IPv6 addresses and routes along; an address takes its secondaries and its routes. */
function hasConsequences(step: Step): boolean {
  return (step.do === "set-up" && !step.up) || step.do === "set-mtu" || step.do === "delete-address"
}

/** To put things back as they were. */
function asWish(actual: InterfaceActual): InterfaceWanted {
  const { name, kind, persistent, owner, group, packetInfo, vnetHeader, multiQueue, mtu, mac } = actual
  const { addresses, routes, bridge, up } = actual
  const device = { name, kind, persistent, owner, group, packetInfo, vnetHeader, multiQueue, mtu, mac }
  return { ...device, addresses, routes, bridge, up, heal: false, ignoreDrift: [] }
}
