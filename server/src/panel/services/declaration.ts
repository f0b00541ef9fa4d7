import { readFileSync } from "node:fs"
import { type Declaration, declaration, fieldErrors, Problem } from "@tundeck/shared"
import type { Events } from "./events.ts"
import type { Interfaces } from "./interfaces.ts"
import type { Tunnels } from "./tunnels.ts"

const actor = "tundeck serve --apply"

/** Reads a declaration; an Error in words when it cannot be read or is not right: that keeps nothing from starting. */
export function readDeclaration(file: string): Declaration | Error {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, "utf8"))
  } catch (error) {
    return new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = declaration.safeParse(content)
  if (parsed.success) return parsed.data
  const faults = fieldErrors(parsed.error).map(({ path, message }) => `${path}: ${message}`)
  return new Error(`${file} is not right: ${faults.join(" ")}`)
}

/** Makes what is declared and not there yet. What fails is told in the events; the rest is done all the same. */
export async function applyDeclaration(
  declared: Declaration,
  { interfaces, tunnels, events }: { interfaces: Interfaces; tunnels: Tunnels; events: Events },
): Promise<void> {
  async function attempt(subject: string, create: () => Promise<unknown>): Promise<void> {
    try {
      await create()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const fields = (error.errors ?? []).map(({ path, message }) => `${path}: ${message}`)
      events.record({
        severity: "error",
        subject,
        text: [`Could not be applied: ${error.message}`, ...fields].join(" "),
      })
    }
  }

  const names = new Set(interfaces.wanted().map(({ name }) => name))
  for (const wish of declared.interfaces) {
    if (wish.name !== undefined && names.has(wish.name)) continue
    await attempt(`interface ${wish.name ?? ""}`, () => interfaces.create(actor, wish))
  }
  for (const wish of declared.tunnels) {
    if (tunnels.view(wish.name) !== undefined) continue
    await attempt(`tunnel ${wish.name}`, () => tunnels.create(actor, wish))
  }
}
