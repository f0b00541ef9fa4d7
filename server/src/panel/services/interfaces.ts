import {
  type DriftField,
  driftField,
  fieldErrors,
  type InterfaceCreate,
  type InterfacePatch,
  type InterfaceView,
  type InterfaceWanted,
  interfaceWanted,
  Problem,
} from "@tundeck/shared"
import { recordAudit } from "../store/audit.ts"
import { InterfaceRows } from "./interface-rows.ts"
import { viewOfManaged, viewOfOther, wishAsItIs } from "./interface-views.ts"
import type { Parts } from "./parts.ts"
import { saveOrTakeBack } from "./save.ts"

/** tun9 before tun10. */
const inReadingOrder = new Intl.Collator("en", { numeric: true })

/**
 * Interfaces: the store holds what is wanted, the engine tells what is. A change is done by the engine, then saved; when it cannot be
 * saved, the engine takes it back. `actor` is who the audit names.
 */
export class Interfaces {
  readonly #parts: Parts
  readonly #rows: InterfaceRows

  constructor(parts: Parts) {
    this.#parts = parts
    this.#rows = new InterfaceRows(parts.store)
  }

  wanted(): InterfaceWanted[] {
    return this.#rows.all()
  }

  async list(): Promise<InterfaceView[]> {
    const seen = await this.#parts.engine.call("interface.list", null)
    const byName = new Map(seen.map((observation) => [observation.actual.name, observation]))
    const wanted = this.#rows.all()
    const managed = new Set(wanted.map(({ name }) => name))
    return [
      ...wanted.map((wish) => viewOfManaged(wish, byName.get(wish.name) ?? null)),
      ...seen.filter(({ actual }) => !managed.has(actual.name)).map(viewOfOther),
    ].sort((a, b) => inReadingOrder.compare(a.name, b.name))
  }

  async read(name: string): Promise<InterfaceView> {
    const seen = await this.#parts.engine.call("interface.read", { name })
    const wanted = this.#rows.find(name)
    if (wanted !== undefined) return viewOfManaged(wanted, seen)
    if (seen === null) throw notFound(name)
    return viewOfOther(seen)
  }

  create(actor: string, wish: InterfaceCreate): Promise<InterfaceView> {
    return this.#parts.serial.run(async () => {
      if (wish.name !== undefined && this.#rows.find(wish.name) !== undefined) throw taken(wish.name)
      const wanted = await this.#parts.engine.call("interface.create", wish)
      const { name } = wanted
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "createInterface", subject: `interface ${name}`, detail: wanted },
        () => this.#rows.insert(wanted),
        () => this.#parts.engine.call("interface.delete", { name }),
      )
      this.#tell(name, `Created by ${actor}`)
      return this.read(name)
    })
  }

  change(actor: string, name: string, patch: InterfacePatch): Promise<InterfaceView> {
    return this.#parts.serial.run(async () => {
      const before = await this.#managed(name)
      const after = checked({ ...before, ...patch })
      const renamed = after.name !== name
      if (renamed) {
        this.#refuseWhenUsed(name, "Delete the tunnel or give it another interface first")
        if (this.#rows.find(after.name) !== undefined) throw taken(after.name)
      }
      await this.#apply(before, after, patch)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "changeInterface", subject: `interface ${name}`, detail: patch },
        () => this.#rows.update(name, after),
        () => this.#apply(after, before, patch),
      )
      this.#tell(after.name, renamed ? `Renamed from ${name} by ${actor}` : `Changed by ${actor}`)
      return this.read(after.name)
    })
  }

  /** Only what the patch names is touched: drift elsewhere stays what it is, until it is repaired or healed. */
  async #apply(from: InterfaceWanted, to: InterfaceWanted, patch: InterfacePatch): Promise<void> {
    const fields = Object.keys(patch).filter(isDriftField)
    const renamed = from.name !== to.name
    if (fields.length === 0 && !renamed) await this.#parts.engine.call("interface.manage", to)
    else {
      const rename = renamed ? { renameFrom: from.name } : {}
      await this.#parts.engine.call("interface.apply", { wanted: to, fields, ...rename })
    }
  }

  delete(actor: string, name: string): Promise<void> {
    return this.#parts.serial.run(async () => {
      const wanted = await this.#managed(name)
      this.#refuseWhenUsed(name, "Delete the tunnel first")
      await this.#parts.engine.call("interface.delete", { name }).catch(unlessGone)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "deleteInterface", subject: `interface ${name}`, detail: wanted },
        () => this.#rows.remove(name),
        () => this.#parts.engine.call("interface.apply", { wanted }),
      )
      this.#tell(name, `Deleted by ${actor}`)
    })
  }

  adopt(actor: string, name: string): Promise<InterfaceView> {
    return this.#parts.serial.run(async () => {
      if (this.#rows.find(name) !== undefined) throw new Problem("interface-managed")
      const { actual } = await this.read(name)
      if (actual === null) throw notFound(name)
      const wanted = checked(wishAsItIs(actual))
      await this.#parts.engine.call("interface.manage", wanted)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "adoptInterface", subject: `interface ${name}`, detail: wanted },
        () => this.#rows.insert(wanted),
        () => this.#parts.engine.call("interface.release", { name }),
      )
      this.#tell(name, `Adopted by ${actor}`)
      return this.read(name)
    })
  }

  release(actor: string, name: string): Promise<void> {
    return this.#parts.serial.run(async () => {
      const wanted = await this.#managed(name)
      this.#refuseWhenUsed(name, "Delete the tunnel first")
      await this.#parts.engine.call("interface.release", { name }).catch(unlessGone)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "releaseInterface", subject: `interface ${name}` },
        () => this.#rows.remove(name),
        () => this.#parts.engine.call("interface.manage", wanted),
      )
      this.#tell(name, `Released by ${actor}: it stays as it is`)
    })
  }

  repair(actor: string, name: string, fields: DriftField[] | undefined): Promise<InterfaceView> {
    return this.#parts.serial.run(async () => {
      const wanted = await this.#managed(name)
      const { steps } = await this.#parts.engine.call("interface.apply", fields ? { wanted, fields } : { wanted })
      const subject = `interface ${name}`
      this.#parts.store.transaction(() =>
        recordAudit(this.#parts.store, { actor, action: "repairInterface", subject, detail: steps }),
      )
      this.#tell(name, `Repaired by ${actor}: ${steps.join("; ") || "there was nothing to do"}`)
      return this.read(name)
    })
  }

  async #managed(name: string): Promise<InterfaceWanted> {
    const wanted = this.#rows.find(name)
    if (wanted !== undefined) return wanted
    await this.read(name) // says interface-not-found when there is none
    throw new Problem("interface-not-managed", `Adopt ${name} first: then Tundeck may change it.`)
  }

  #refuseWhenUsed(name: string, remedy: string): void {
    const [tunnel] = this.#rows.tunnelsOver(name)
    if (tunnel !== undefined) throw new Problem("interface-in-use", `${remedy}: ${tunnel} runs over ${name}.`)
  }

  #tell(name: string, text: string): void {
    this.#parts.events.record({ severity: "info", subject: `interface ${name}`, text })
    this.#parts.changes.interfaces.emit()
  }
}

function checked(wish: unknown): InterfaceWanted {
  const parsed = interfaceWanted.safeParse(wish)
  if (!parsed.success) throw new Problem("validation-failed", undefined, fieldErrors(parsed.error))
  return parsed.data
}

function isDriftField(name: string): name is DriftField {
  return driftField.safeParse(name).success
}

function unlessGone(error: unknown): null {
  if (error instanceof Problem && error.code === "interface-not-found") return null
  throw error
}

function taken(name: string): Problem {
  const detail = `${name} is the name of an interface that Tundeck manages.`
  return new Problem("interface-exists", detail, [{ path: "name", message: detail }])
}

function notFound(name: string): Problem {
  return new Problem("interface-not-found", `This machine has no tun or tap named ${name}.`)
}
