import { errnoName, type KernelCall } from "@tundeck/native-bindings"
import type { CallCause, SystemCall, SystemCallWish } from "@tundeck/shared"

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

const byItself: CallCause = { request: null, action: "engine" }
/** Healing and reconnecting, however often, push nobody's action out. */
const mostAskedFor = 1536
const mostByItself = 512
const mostBytes = 1024

/** The latest calls that changed something. It is written where interfaces and sockets are made, never where packets pass. */
export class CallLog {
  readonly #askedFor: Logged[] = []
  readonly #byItself: Logged[] = []
  readonly #now: () => number
  #number = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  add(call: KernelCall, context: CallContext): void {
    const isAskedFor = (context.cause?.request ?? null) !== null
    const [list, most] = isAskedFor ? [this.#askedFor, mostAskedFor] : [this.#byItself, mostByItself]
    list.push({ ...context, number: ++this.#number, time: this.#now(), call })
    if (list.length > most) list.shift()
  }

  /** The latest that fit, the oldest of them first. */
  list({ request, interface: name, tunnel, limit }: SystemCallWish): SystemCall[] {
    return [...this.#askedFor, ...this.#byItself]
      .filter((one) => request === undefined || one.cause?.request === request)
      .filter((one) => name === undefined || one.interface === name)
      .filter((one) => tunnel === undefined || one.tunnel === tunnel)
      .sort((a, b) => a.number - b.number)
      .slice(-limit)
      .map(shown)
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
