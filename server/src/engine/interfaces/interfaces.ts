import type { Rtnetlink } from "@tundeck/native-bindings"
import {
  type DriftField,
  driftFields,
  type InterfaceActual,
  type InterfaceCreate,
  type InterfaceObservation,
  type InterfaceWanted,
  Problem,
} from "@tundeck/shared"
import type { Accounts } from "./accounts.ts"
import type { Healer } from "./heal/healer.ts"
import { healedFields } from "./heal/healer.ts"
import type { Holders } from "./holders.ts"
import { observeInterface } from "./observe.ts"
import type { Bringer } from "./reconcile/bring.ts"
import type { Executor } from "./reconcile/executor.ts"
import { mismatchOf } from "./reconcile/reconcile.ts"
import type { Step } from "./reconcile/step.ts"
import { checkWish } from "./reconcile/wish.ts"
import type { InterfaceTable } from "./table.ts"

/** The interfaces of this network namespace: what the protocol asks of them. Everything throws Problem. */
export interface Interfaces {
  list(): InterfaceObservation[]
  read(name: string): InterfaceObservation | null
  /** Makes all so. What is already known and lost, and not to be healed, stays lost: it is drift. */
  setWanted(wanted: InterfaceWanted[]): { name: string; problem: Problem }[]
  create(input: InterfaceCreate): InterfaceWanted
  apply(request: {
    wanted: InterfaceWanted
    fields?: DriftField[] | undefined
    renameFrom?: string | undefined
  }): Step[]
  manage(wanted: InterfaceWanted): void
  release(name: string): void
  delete(name: string): void
}

export interface InterfacesParts {
  rtnetlink: Rtnetlink
  users: Accounts
  groups: Accounts
  /** What is wanted, by name. This object alone writes it. */
  wishes: Map<string, InterfaceWanted>
  table: InterfaceTable
  holders: Holders
  executor: Executor
  bringer: Bringer
  healer: Healer
  /** Something was done here: look at these again, or at the whole machine. */
  look: (...names: string[]) => void
  /** The same, and heal this one although nothing changed on it. */
  lookAt: (name: string) => void
  /** The same after a while: what could not be done may be possible then (a bridge that comes up later). */
  lookLater: (name: string) => void
}

export function createInterfaces(parts: InterfacesParts): Interfaces {
  const { rtnetlink, users, groups, wishes, table, holders, executor, bringer, healer, look, lookAt, lookLater } = parts
  const observe = (name: string) => observeInterface(rtnetlink, { users, groups }, name) ?? null

  function want(wanted: InterfaceWanted): void {
    wishes.set(wanted.name, wanted)
    healer.forget(wanted.name)
  }

  function forget(name: string): void {
    wishes.delete(name)
    healer.forget(name)
  }

  /** Before anything is touched: what can be known to be impossible. */
  function check(wish: InterfaceCreate | InterfaceWanted, fields: readonly DriftField[] = driftFields): void {
    checkWish(wish)
    if (wish.owner !== null && fields.includes("owner")) users.idOf(wish.owner)
    if (wish.group !== null && fields.includes("group")) groups.idOf(wish.group)
  }

  function refuseTaken(name: string): void {
    const link = rtnetlink.linkByName(name)
    if (link === undefined) return
    const what = link.tun === undefined ? `a ${link.kind ?? "network"} interface` : `a ${link.tun.kind}`
    const advice =
      link.tun === undefined || wishes.has(name) ? "Choose another name." : "Adopt it, or choose another name."
    const detail = `${name} exists already: it is ${what}. ${advice}`
    throw new Problem("interface-exists", detail, [{ path: "name", message: detail }])
  }

  /** The kernel's choice, unless that is the name of a lost interface which is still wanted: then the next free one. */
  function createUnder(input: InterfaceCreate): string {
    if (input.name !== undefined) return executor.create(input, input.name)
    const picked = executor.create(input)
    if (!wishes.has(picked)) return picked
    executor.delete(picked)
    for (let number = 0; ; number++) {
      const name = `${input.kind}${number}`
      if (!wishes.has(name) && rtnetlink.linkByName(name) === undefined) return executor.create(input, name)
    }
  }

  function reconcileOne(wanted: InterfaceWanted, actual: InterfaceActual | null): Problem[] {
    const mismatch = actual === null ? undefined : mismatchOf(wanted, actual)
    if (mismatch !== undefined) return [new Problem("interface-mismatch", mismatch)]
    // What is not there yet is made whole; what is there is treated as healing would.
    const extent = actual === null ? {} : ({ fields: healedFields(wanted), extras: "leave" } as const)
    return bringer.asFarAsPossible(wanted, actual, extent).failures
  }

  return {
    list: () => table.list(),

    read(name) {
      const actual = observe(name)
      return actual && { actual, holders: holders.of(name) }
    },

    setWanted(list) {
      const known = new Map(wishes)
      for (const name of wishes.keys()) forget(name)
      look() // without a wish nothing is healed by it
      const failures: { name: string; problem: Problem }[] = []
      for (const wanted of list) {
        const { name } = wanted
        want(wanted)
        const actual = table.get(name) ?? null
        // What stands is only healed when that is wished, what is lost comes back unless its loss was seen and shown.
        const isHealed = wanted.heal && !(actual === null && wanted.ignoreDrift.includes("exists"))
        if (!isHealed && (actual !== null || known.has(name))) continue
        for (const problem of reconcileOne(wanted, actual)) failures.push({ name, problem })
      }
      for (const { name } of failures) lookLater(name)
      look()
      return failures
    },

    create(input) {
      check(input)
      if (input.name !== undefined) refuseTaken(input.name)
      const wanted = { ...input, name: createUnder(input) }
      try {
        bringer.wholly(wanted, observe(wanted.name))
      } catch (error) {
        if (observe(wanted.name) !== null) executor.delete(wanted.name)
        throw error
      } finally {
        look(wanted.name)
      }
      want(wanted)
      return wanted
    },

    apply({ wanted, fields, renameFrom }) {
      check(wanted, fields)
      const { name } = wanted
      const steps: Step[] = []
      const before = renameFrom === undefined ? undefined : wishes.get(renameFrom)
      if (renameFrom !== undefined && renameFrom !== name) {
        refuseTaken(name)
        const step = { do: "rename", from: renameFrom } as const
        executor.run(wanted, step)
        forget(renameFrom)
        steps.push(step)
      }
      try {
        const actual = observe(name)
        const mismatch = actual === null ? undefined : mismatchOf(wanted, actual)
        if (mismatch !== undefined) throw new Problem("interface-mismatch", mismatch)
        if (actual === null && fields !== undefined && !fields.includes("exists")) {
          throw new Problem("interface-not-found", `${name} is lost: repair it first, which creates it again.`)
        }
        if (actual === null) refuseTaken(name)
        steps.push(...bringer.wholly(wanted, actual, { fields }))
        want(wanted)
        return steps
      } catch (error) {
        if (before !== undefined && steps.length > 0) {
          executor.run(before, { do: "rename", from: name })
          want(before)
        }
        throw error
      } finally {
        look(name, renameFrom ?? name)
      }
    },

    manage(wanted) {
      const { name } = wanted
      // A known one may be lost: its wish can change all the same.
      if (!wishes.has(name) && rtnetlink.linkByName(name)?.tun === undefined) {
        throw new Problem("interface-not-found", `There is no tun or tap interface ${name}.`)
      }
      want(wanted)
      lookAt(name)
    },

    release: forget,

    delete(name) {
      const wanted = wishes.get(name)
      // Forgotten first: nobody shall heal what is being deleted.
      forget(name)
      try {
        const link = rtnetlink.linkByName(name)
        if (link === undefined && wanted !== undefined) return
        if (link !== undefined && link.tun === undefined) {
          throw new Problem("interface-mismatch", `${name} is no tun or tap interface: Tundeck does not touch it.`)
        }
        executor.delete(name)
      } catch (error) {
        if (wanted !== undefined) want(wanted)
        throw error
      } finally {
        look(name)
      }
    },
  }
}
