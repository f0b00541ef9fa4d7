import type { Identity } from "../noise/keys.ts"
import type { IndexTable } from "./index-table.ts"
import type { Keypair } from "./keypair.ts"

const never = Number.POSITIVE_INFINITY

/**
 * The keypairs of one peer. All three receive, `current` alone sends.
 *
 *   we answered:  new ──▶ next ──first message of the peer's under it──▶ current ──▶ previous
 *   we asked:     new ──▶ current ──▶ previous      (a `next` still unused becomes previous, and current ends)
 *
 * What falls out is zeroed, and its index forgotten.
 */
export class Keypairs {
  readonly #table: IndexTable<Keypair>
  previous: Keypair | null = null
  current: Keypair | null = null
  next: Keypair | null = null

  constructor(table: IndexTable<Keypair>) {
    this.#table = table
  }

  add(keypair: Keypair): void {
    this.#table.add(keypair.localIndex, keypair)
    this.#end(this.previous)
    this.previous = null
    if (!keypair.isInitiator) {
      this.#end(this.next)
      this.next = keypair
      return
    }
    if (this.next !== null) {
      this.#end(this.current)
      this.previous = this.next
      this.next = null
    } else this.previous = this.current
    this.current = keypair
  }

  /** The peer has used `next`: it has the keys. */
  confirm(): void {
    this.#end(this.previous)
    this.previous = this.current
    this.current = this.next
    this.next = null
  }

  /** When the oldest was made. */
  get oldestAt(): number {
    return Math.min(this.previous?.createdAt ?? never, this.current?.createdAt ?? never, this.next?.createdAt ?? never)
  }

  /** Ends those made at `time` or before. */
  endUntil(time: number): void {
    this.#endIf((keypair) => keypair.createdAt <= time)
  }

  endThoseOf(identity: Identity): void {
    this.#endIf((keypair) => keypair.identity === identity)
  }

  end(): void {
    this.#endIf(() => true)
  }

  #endIf(isOver: (keypair: Keypair) => boolean): void {
    if (this.previous !== null && isOver(this.previous)) this.previous = this.#end(this.previous)
    if (this.current !== null && isOver(this.current)) this.current = this.#end(this.current)
    if (this.next !== null && isOver(this.next)) this.next = this.#end(this.next)
  }

  #end(keypair: Keypair | null): null {
    if (keypair === null) return null
    this.#table.remove(keypair.localIndex)
    keypair.end()
    return null
  }
}
