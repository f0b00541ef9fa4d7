import { declare } from "./library.ts"
import { SyscallError } from "./syscall-error.ts"

/** A call that changes something, as the kernel was given it and answered it. Calls that move packets or only read are none. */
export interface KernelCall {
  kind: "ioctl" | "rtnetlink" | "setsockopt" | "file" | "socket"
  /** In the headers' words: TUNSETIFF, RTM_NEWADDR, TCP_NODELAY. */
  name: string
  /** The one that it was made on, or that it made; -1 when it made none. */
  fd: number
  /** A structure, a whole netlink message, an option's value; numbers that are no addresses as eight bytes each, little-endian. */
  argument: Uint8Array
  isByValue: boolean
  /** The structure as the call left it, or the netlink message that acknowledges; may be empty. */
  answer: Uint8Array
  /** 0: done. */
  errno: number
  /** The kernel's own sentence. */
  detail: string | undefined
  /** Whom the call means, as they were called before it. */
  interfaces: readonly InterfaceName[]
}

/** `index` is 0 for the interface behind an ioctl's fd. */
export interface InterfaceName {
  index: number
  name: string
  /** Of the interface behind a fd that is attached. */
  kind?: "tun" | "tap"
}

type BegunCall = Omit<KernelCall, "answer" | "errno" | "detail">
type Outcome = Partial<Omit<KernelCall, "kind" | "name">>

let observer: ((call: KernelCall) => void) | undefined

/** From now on `tell` hears of the calls that this thread makes, after each; undefined: nobody does. It must not throw. */
export function observeKernelCalls(tell: ((call: KernelCall) => void) | undefined): void {
  observer = tell
}

/** Answers what is to be called with the outcome; undefined while nobody observes. Bytes that `describe` gives are kept. */
export function kernelCallBegins(describe: () => BegunCall): ((outcome: Outcome) => void) | undefined {
  if (observer === undefined) return undefined
  const tell = observer
  const begun = describe()
  return (outcome) => tell({ ...begun, answer: new Uint8Array(), errno: 0, detail: undefined, ...outcome })
}

/** Makes a call that throws SyscallErrors; `describe` runs before it, `outcome` after it was done. */
export function observedCall(describe: () => BegunCall, make: () => void, outcome = (): Outcome => ({})): void {
  const end = kernelCallBegins(describe)
  if (end === undefined) return make()
  try {
    make()
  } catch (error) {
    if (error instanceof SyscallError) end({ errno: error.errno })
    throw error
  }
  end(outcome())
}

/** One that answers a new fd. */
export function observedOpening(describe: () => Omit<BegunCall, "fd" | "interfaces">, make: () => number): number {
  let fd = -1
  observedCall(
    () => ({ ...describe(), fd, interfaces: [] }),
    () => {
      fd = make()
    },
    () => ({ fd }),
  )
  return fd
}

/** As the kernel passes numbers that are no addresses. */
export function byValue(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setBigInt64(8 * index, BigInt(value), true)
  return bytes
}

const ifIndexToName: (index: number, name: Uint8Array) => string | null = declare("if_indextoname", "str", [
  "uint",
  "void *",
])
const nameSize = 16 // linux/if.h: IFNAMSIZ

/** In the calling thread's network namespace, those of the indices that stand for something. */
export function interfaceNames(indices: readonly (number | undefined)[]): InterfaceName[] {
  return indices.flatMap((index) => {
    const name = index === undefined || index <= 0 ? null : ifIndexToName(index, new Uint8Array(nameSize))
    return index === undefined || name === null ? [] : [{ index, name }]
  })
}
