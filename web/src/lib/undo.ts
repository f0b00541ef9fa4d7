import { create } from "zustand"
import type { CallScope } from "./system-calls.ts"

export interface PendingDeletion {
  /** The sentence while it can be taken back: "Deleted tunnel lab". */
  title: string
  /** Unix ms: when the request is sent, or, when it is done already, until when it can be made undone. */
  dueAt: number
  isDone: boolean
  /** Where what it asked of the kernel is shown. */
  calls?: CallScope
  error: unknown
  takeBack: () => void
  dismiss: () => void
}

//  asked ──10 s──▶ sent ──done──▶ (gone)
//    └──take back──▶ (gone)  └──refused──▶ failed ──dismiss──▶ (gone)
interface Undo {
  /** Deletions by key; what they delete is hidden while it can be taken back. */
  pending: ReadonlyMap<string, PendingDeletion>
  failed: ReadonlyMap<string, PendingDeletion>
}

export const useUndo = create<Undo>(() => ({ pending: new Map(), failed: new Map() }))

const graceMs = 10_000

/**
 * Sends the deletion ten seconds from now unless it is taken back. `send` settles when the object is out of every list.
 * A page that is closed meanwhile deletes nothing.
 */
export function deleteSoon(key: string, title: string, send: () => Promise<void>): void {
  const forget = () =>
    useUndo.setState(({ pending, failed }) => ({ pending: without(pending, key), failed: without(failed, key) }))
  const run = async () => {
    try {
      await send()
      forget()
    } catch (error) {
      useUndo.setState(({ pending, failed }) => ({
        pending: without(pending, key),
        failed: new Map(failed).set(key, { ...deletion, error }),
      }))
    }
  }
  const timer = setTimeout(() => void run(), graceMs)
  const deletion: PendingDeletion = {
    title,
    dueAt: Date.now() + graceMs,
    isDone: false,
    error: null,
    takeBack: () => {
      clearTimeout(timer)
      forget()
    },
    dismiss: forget,
  }
  useUndo.setState(({ pending, failed }) => ({
    pending: new Map(pending).set(key, deletion),
    failed: without(failed, key),
  }))
}

/**
 * For what was deleted at once: for ten seconds it can be brought back. A restoration that is refused stands among the failed.
 */
export function offerRestore(
  key: string,
  title: string,
  restore: () => Promise<void>,
  seen: Pick<PendingDeletion, "calls"> = {},
): void {
  const forget = () =>
    useUndo.setState(({ pending, failed }) => ({ pending: without(pending, key), failed: without(failed, key) }))
  const timer = setTimeout(forget, graceMs)
  const run = async () => {
    clearTimeout(timer)
    forget()
    try {
      await restore()
    } catch (error) {
      useUndo.setState(({ failed }) => ({ failed: new Map(failed).set(key, { ...offer, error }) }))
    }
  }
  const offer: PendingDeletion = {
    ...seen,
    title,
    dueAt: Date.now() + graceMs,
    isDone: true,
    error: null,
    takeBack: () => void run(),
    dismiss: forget,
  }
  useUndo.setState(({ pending }) => ({ pending: new Map(pending).set(key, offer) }))
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
