import { create } from "zustand"

export interface PendingDeletion {
  /** The sentence while it can be taken back: "Deleted tunnel lab". */
  title: string
  /** Unix ms: when the request is sent. */
  dueAt: number
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

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
