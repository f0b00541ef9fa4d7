import type { CallCause, InterfaceWanted, SystemCall, SystemCallWish } from "@tundeck/shared"

const byItself: CallCause = { request: null, action: "engine" }
const flag = { tun: 0x1, tap: 0x2, noPacketInformation: 0x1000, vnetHeader: 0x4000, exclusive: 0x8000 } as const

/** What an engine would have asked of a kernel for some actions. */
export class MemoryCalls {
  readonly #calls: SystemCall[] = []
  #cause = byItself

  actFor<T>(cause: CallCause, act: () => T): T {
    this.#cause = cause
    try {
      return act()
    } finally {
      this.#cause = byItself
    }
  }

  list({ request, interface: name, tunnel, limit }: SystemCallWish): SystemCall[] {
    return this.#calls
      .filter((call) => request === undefined || call.request === request)
      .filter((call) => name === undefined || call.interface === name)
      .filter((call) => tunnel === undefined || call.tunnel === tunnel)
      .slice(-limit)
  }

  created({ name, kind, packetInfo, vnetHeader, persistent }: InterfaceWanted): void {
    const flags =
      (kind === "tun" ? flag.tun : flag.tap) |
      (packetInfo ? 0 : flag.noPacketInformation) |
      (vnetHeader ? flag.vnetHeader : 0)
    const request = ifreq(name, flags | flag.exclusive)
    this.#add({ kind: "ioctl", name: "TUNSETIFF", interface: name, argument: request, answer: request })
    if (!persistent) return
    const one = Buffer.alloc(8)
    one.writeInt32LE(1)
    this.#add({ kind: "ioctl", name: "TUNSETPERSIST", interface: name, argument: one.toString("hex"), isByValue: true })
  }

  /** RTM_NEWLINK with IFF_UP, or without. */
  linked({ name, index, up }: { name: string; index: number; up: boolean }): void {
    const message = Buffer.alloc(32)
    message.writeUInt32LE(message.length, 0)
    message.writeUInt16LE(16, 4)
    message.writeUInt16LE(5, 6)
    message.writeUInt32LE(this.#calls.length + 1, 8)
    message.writeInt32LE(index, 20)
    message.writeUInt32LE(up ? 1 : 0, 24)
    message.writeUInt32LE(1, 28)
    const argument = message.toString("hex")
    this.#add({ kind: "rtnetlink", name: "RTM_NEWLINK", interface: name, argument, interfaces: [{ index, name }] })
  }

  #add(some: Pick<SystemCall, "kind" | "name" | "interface" | "argument"> & Partial<SystemCall>): void {
    const number = this.#calls.length + 1
    const rest = { fd: 12, isByValue: false, answer: "", error: null, detail: null, interfaces: [], tunnel: null }
    this.#calls.push({ ...this.#cause, number, time: Date.now(), ...rest, ...some })
  }
}

/** linux/if.h: struct ifreq */
function ifreq(name: string, flags: number): string {
  const bytes = Buffer.alloc(40)
  bytes.write(name, 0, 15, "latin1")
  bytes.writeUInt16LE(flags, 16)
  return bytes.toString("hex")
}
