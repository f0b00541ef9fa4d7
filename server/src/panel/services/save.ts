import { recordAudit } from "../store/audit.ts"
import type { Parts } from "./parts.ts"

export interface AcceptedChange {
  actor: string
  /** The route's name. */
  action: string
  /** On what, e.g. `tunnel lab`. */
  subject: string
  detail?: unknown
}

/**
 * Saves a change that the engine has already made, with its audit record, at once. When it cannot be saved, the engine takes it back,
 * so that nothing is half-done; the first failure is what the caller hears.
 */
export async function saveOrTakeBack(
  { store, events }: Parts,
  change: AcceptedChange,
  write: () => void,
  takeBack: () => Promise<unknown>,
): Promise<void> {
  try {
    store.transaction(() => {
      write()
      recordAudit(store, change)
    })
  } catch (error) {
    await takeBack().catch((second: unknown) => {
      const why = second instanceof Error ? second.message : String(second)
      const text = `A change could not be saved and could not be taken back: ${why}`
      events.record({ severity: "error", subject: change.subject, text })
    })
    throw error
  }
}
