import { errnoName, type KernelCall } from "@tundeck/native-bindings"
import { type CallCause, renamedTo, type SystemCall, type SystemCallWish } from "@tundeck/shared"

/** What a call was about. */
export interface CallContext {
  cause: CallCause | undefined
  tunnel: string | null
  interface: string | null
}

interface Logged extends CallContext {
  number: number
  time: number
  call: KernelCall
}

/** From the call with that number on it is called so. */
interface Renaming {
  number: number
  from: string
  to: string
}

const byItself: CallCause = { request: null, action: "engine" }
/** Healing and reconnecting, however often, push nobody's action out. */
const mostAskedFor = 1536
const mostByItself = 512
const mostBytes = 1024
const mostRenamings = 256

/** The latest calls that changed something. It is written where interfaces and sockets are made, never where packets pass. */
export class CallLog {
  readonly #askedFor: Logged[] = []
  readonly #byItself: Logged[] = []
  readonly #renamings: Renaming[] = []
  /** By descriptor: devices that nothing is attached to yet. */
  readonly #opened = new Map<number, { call: KernelCall; context: CallContext; time: number }>()
  readonly #now: () => number
  #number = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** An opened device is kept once something is attached to it: what only asks the driver changes nothing. */
  add(call: KernelCall, context: CallContext): void {
    const isOpened = call.kind === "file" && call.name !== "close" && call.errno === 0
    if (isOpened) return void this.#opened.set(call.fd, { call, context, time: this.#now() })
    const opened = call.name === "TUNSETIFF" ? this.#opened.get(call.fd) : undefined
    if (opened !== undefined) {
      this.#opened.delete(call.fd)
      this.#keep(opened.call, { ...opened.context, interface: context.interface }, opened.time)
    }
    this.#keep(call, context, this.#now())
    this.#noteRenaming(call, context.interface)
  }

  #keep(call: KernelCall, context: CallContext, time: number): void {
    const isAskedFor = (context.cause?.request ?? null) !== null
    const [list, most] = isAskedFor ? [this.#askedFor, mostAskedFor] : [this.#byItself, mostByItself]
    list.push({ ...context, number: ++this.#number, time, call })
    if (list.length > most) list.shift()
  }

  /** The latest that fit, the oldest of them first. */
  list({ request, interface: name, tunnel, limit }: SystemCallWish): SystemCall[] {
    return [...this.#askedFor, ...this.#byItself]
      .filter((one) => request === undefined || one.cause?.request === request)
      .filter((one) => name === undefined || this.#isAbout(one, name))
      .filter((one) => tunnel === undefined || one.tunnel === tunnel)
      .sort((a, b) => a.number - b.number)
      .slice(-limit)
      .map(shown)
  }

  #noteRenaming({ name, errno, argument }: KernelCall, from: string | null): void {
    const to = name === "RTM_NEWLINK" && errno === 0 ? renamedTo(argument) : undefined
    if (from === null || to === undefined || to === from) return
    this.#renamings.push({ number: this.#number, from, to })
    if (this.#renamings.length > mostRenamings) this.#renamings.shift()
  }

  /** Whatever was done under that name, and what was done to the interface that has it now while it had others. */
  #isAbout(one: Logged, name: string): boolean {
    let was = name
    let until = Number.POSITIVE_INFINITY
    if (one.interface === was) return true
    for (const { number, from, to } of this.#renamings.toReversed()) {
      if (to !== was || number > until) continue
      was = from
      until = number
      if (one.interface === was && one.number <= until) return true
    }
    return false
  }
}

function shown({ number, time, call, cause = byItself, tunnel, interface: about }: Logged): SystemCall {
  const { kind, name, fd, argument, isByValue, answer, errno, detail, interfaces } = call
  return {
    ...{ number, time, ...cause, interface: about, tunnel, kind, name, fd, isByValue },
    argument: hexOf(argument),
    answer: hexOf(answer),
    error: errno === 0 ? null : errnoName(errno),
    detail: detail ?? null,
    interfaces: [...interfaces],
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, mostBytes)).toString("hex")
}
