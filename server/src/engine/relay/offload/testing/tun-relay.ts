import { setImmediate, setTimeout as sleep } from "node:timers/promises"
import {
  close,
  errno,
  namespaceType,
  open,
  openFlags,
  openTun,
  setNonBlocking,
  setns,
  sys,
  type TunKind,
  tunOffload,
  tunSetInterface,
  tunSetOffload,
} from "@tundeck/native-bindings"
import type { Namespace } from "../../../../../../testing/namespace.ts"
import { Batch } from "../../batch.ts"
import { RelayMemory } from "../../memory.ts"
import { checkOpen } from "../check-open.ts"
import { completeChecksum } from "../complete-checksum.ts"
import { cutTrain } from "../cut.ts"
import { Joiner } from "../joiner.ts"
import { needsChecksum, virtioHeader } from "../virtio-header.ts"

const packetAt = 64
const cutAt = 70_000
const allOffloads =
  tunOffload.checksum | tunOffload.tcp4 | tunOffload.tcp6 | tunOffload.tcpEcn | tunOffload.udp4 | tunOffload.udp6

/**
 * The shortest relay there can be: two devices of the kernel, each in a namespace, and between them nothing but what
 * cuts and joins. Whatever one hands over is cut into single packets; `joins` puts them together again for the other.
 */
export class TunRelay {
  readonly #memory = new RelayMemory(512 * 1024)
  readonly #from = new Batch(1)
  readonly #packets = new Batch(512)
  readonly #joiner: Joiner
  readonly #joins: boolean
  readonly #isEthernet: boolean
  readonly #fds: [number, number]
  #isRunning = true
  /** Trains that a device gave, those that the other was given, and what went wrong. */
  trainsRead = 0
  trainsWritten = 0
  readonly problems: string[] = []

  constructor(a: Namespace, b: Namespace, kind: TunKind, joins: boolean) {
    this.#isEthernet = kind === "tap"
    this.#joins = joins
    this.#joiner = new Joiner(this.#memory, this.#isEthernet)
    this.#fds = [attach(a, kind), attach(b, kind)]
  }

  async run(): Promise<void> {
    const [a, b] = this.#fds
    while (this.#isRunning) {
      const moved = this.#move(a, b) + this.#move(b, a)
      await (moved === 0 ? sleep(1) : setImmediate())
    }
    close(a)
    close(b)
  }

  stop(): void {
    this.#isRunning = false
  }

  #move(from: number, to: number): number {
    let packets = 0
    while (this.#read(from)) {
      packets += 1
      this.#packets.clear()
      this.#cut()
      for (let i = 0; i < this.#packets.count; i++) {
        if (this.#joins && this.#joiner.join(this.#packets, i)) continue
        this.#flush(to)
        if (!this.#joins || !this.#joiner.begin(this.#packets, i)) this.#writeSingle(to, i)
      }
      this.#flush(to)
      if (packets === 64) break
    }
    return packets
  }

  #read(fd: number): boolean {
    const memory = this.#memory
    const { view } = memory.calls
    memory.setVectorToCalls(0, memory.ownAt, virtioHeader.size)
    memory.setVector(1, packetAt, cutAt - packetAt)
    const n = sys.readv(fd, memory.vectorAddress(0), 2)
    if (n < 0) {
      if (n !== -errno.EAGAIN) this.problems.push(`readv: ${n}`)
      return false
    }
    this.#from.clear()
    const i = this.#from.add(packetAt, n - virtioHeader.size, 0)
    this.#from.gsoType[i] = view.getUint8(memory.ownAt + virtioHeader.gsoType)
    this.#from.gsoSize[i] = view.getUint16(memory.ownAt + virtioHeader.gsoSize, true)
    if ((view.getUint8(memory.ownAt + virtioHeader.flags) & needsChecksum) !== 0) {
      this.#from.checksumStart[i] = view.getUint16(memory.ownAt + virtioHeader.checksumStart, true)
      this.#from.checksumOffset[i] = view.getUint16(memory.ownAt + virtioHeader.checksumOffset, true)
    }
    if (!checkOpen(memory, this.#from, i, this.#isEthernet, 1500)) this.problems.push(`checkOpen: ${this.#hex(i)}`)
    return true
  }

  #cut(): void {
    const from = this.#from
    const at = from.at[0] ?? 0
    const length = from.length[0] ?? 0
    if (from.gsoSize[0] !== 0) {
      this.trainsRead += 1
      const end = cutTrain(this.#memory, from, 0, this.#isEthernet, this.#packets, cutAt, 0, this.#memory.bytes.length)
      if (end < 0) this.problems.push(`cutTrain: ${end}: ${this.#hex(0)}`)
      return
    }
    if (
      from.isOpen(0) &&
      !completeChecksum(this.#memory, at, length, from.checksumStart[0] ?? 0, from.checksumOffset[0] ?? 0)
    )
      this.problems.push("completeChecksum")
    this.#packets.add(at, length, 0)
  }

  #flush(fd: number): void {
    const memory = this.#memory
    const joiner = this.#joiner
    const { head } = joiner
    if (joiner.count === 1) this.#writeSingle(fd, joiner.first)
    else if (joiner.count > 1) {
      joiner.finish()
      const { view } = memory.calls
      const at = memory.ownAt
      memory.setVectorToCalls(0, at, virtioHeader.size)
      view.setUint8(at + virtioHeader.flags, needsChecksum)
      view.setUint8(at + virtioHeader.gsoType, head.gsoType[0] ?? 0)
      view.setUint16(at + virtioHeader.headerLength, 0, true)
      view.setUint16(at + virtioHeader.gsoSize, head.gsoSize[0] ?? 0, true)
      view.setUint16(at + virtioHeader.checksumStart, head.checksumStart[0] ?? 0, true)
      view.setUint16(at + virtioHeader.checksumOffset, head.checksumOffset[0] ?? 0, true)
      const n = sys.writev(fd, memory.vectorAddress(0), 1 + joiner.pieces)
      if (n !== virtioHeader.size + (head.length[0] ?? 0)) this.problems.push(`writev of a train: ${n}`)
      this.trainsWritten += 1
    }
    joiner.restore()
  }

  #writeSingle(fd: number, i: number): void {
    const memory = this.#memory
    memory.calls.bytes.fill(0, memory.ownAt, memory.ownAt + virtioHeader.size)
    memory.setVectorToCalls(0, memory.ownAt, virtioHeader.size)
    memory.setVector(1, this.#packets.at[i] ?? 0, this.#packets.length[i] ?? 0)
    const n = sys.writev(fd, memory.vectorAddress(0), 2)
    if (n < 0) this.problems.push(`writev: ${n}`)
  }

  #hex(i: number): string {
    const at = this.#from.at[i] ?? 0
    const { gsoType, gsoSize, checksumStart, checksumOffset } = this.#from
    const fields = [gsoType[i], gsoSize[i], checksumStart[i], checksumOffset[i], this.#from.length[i]].join(" ")
    return `${fields} ${Buffer.from(this.#memory.bytes.subarray(at, at + 80)).toString("hex")}`
  }
}

/** A device named `train0`, inside. The thread is inside as long as that takes. */
function attach(namespace: Namespace, kind: TunKind): number {
  const home = open("/proc/thread-self/ns/net", openFlags.readOnly | openFlags.closeOnExec)
  const inside = open(`/run/netns/${namespace.name}`, openFlags.readOnly | openFlags.closeOnExec)
  setns(inside, namespaceType.network)
  try {
    const fd = openTun()
    tunSetInterface(fd, { name: "train0", kind, packetInfo: false, vnetHeader: true, multiQueue: false })
    tunSetOffload(fd, allOffloads)
    setNonBlocking(fd, true)
    return fd
  } finally {
    setns(home, namespaceType.network)
    close(inside)
    close(home)
  }
}
