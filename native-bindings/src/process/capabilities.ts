import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"
import { viewOf } from "../netlink/attributes.ts"

/** linux/capability.h: CAP_*, the ones that a network engine and its tests meet. */
export const capability = {
  chown: 0,
  dacOverride: 1,
  kill: 5,
  setGid: 6,
  setUid: 7,
  setPcap: 8,
  netBindService: 10,
  netAdmin: 12,
  netRaw: 13,
  sysPtrace: 19,
  sysAdmin: 21,
} as const

/** Numbers of `capability`, ascending. */
export type CapabilitySets = { effective: number[]; permitted: number[]; inheritable: number[] }

// linux/capability.h: struct __user_cap_header_struct { u32 version; int pid }; pid 0 is the calling thread.
const version3 = 0x20080522 // _LINUX_CAPABILITY_VERSION_3
// struct __user_cap_data_struct { u32 effective, permitted, inheritable }, twice: bits 0 to 31, then 32 to 63.
const at = { effective: 0, permitted: 4, inheritable: 8, half: 12, size: 24 } as const
const setNames = ["effective", "permitted", "inheritable"] as const

const c: {
  capget: (header: Uint8Array, data: Uint8Array) => number
  capset: (header: Uint8Array, data: Uint8Array) => number
} = {
  capget: declare("capget", "int", ["void *", "void *"]),
  capset: declare("capset", "int", ["void *", "void *"]),
}

/** Of the calling thread: capabilities belong to threads, and a Worker inherits its creator's. */
export function getCapabilities(): CapabilitySets {
  const data = new Uint8Array(at.size)
  check("capget", c.capget(encodeHeader(), data))
  return decodeCapabilities(data)
}

/** Of the calling thread. EPERM for what is not in its permitted set now. */
export function setCapabilities(sets: CapabilitySets): void {
  check("capset", c.capset(encodeHeader(), encodeCapabilities(sets)))
}

export function encodeCapabilities(sets: CapabilitySets): Uint8Array {
  const data = new Uint8Array(at.size)
  const view = viewOf(data)
  for (const name of setNames) {
    for (const number of sets[name]) {
      const offset = at[name] + (number >> 5) * at.half
      view.setUint32(offset, view.getUint32(offset, true) | (1 << (number & 31)), true)
    }
  }
  return data
}

export function decodeCapabilities(data: Uint8Array): CapabilitySets {
  const view = viewOf(data)
  const numbers = (name: (typeof setNames)[number]) =>
    Array.from({ length: 64 }, (_, number) => number).filter(
      (number) => (view.getUint32(at[name] + (number >> 5) * at.half, true) & (1 << (number & 31))) !== 0,
    )
  return { effective: numbers("effective"), permitted: numbers("permitted"), inheritable: numbers("inheritable") }
}

function encodeHeader(): Uint8Array {
  const header = new Uint8Array(8)
  viewOf(header).setUint32(0, version3, true)
  return header
}
