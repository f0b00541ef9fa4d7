// Ends of an ICMP transport that a test drives by hand, all on its own thread, each in its namespace.
import { randomBytes } from "node:crypto"
import {
  bind,
  close,
  connect,
  createArena,
  errno,
  type IpFamily,
  messageFlags,
  namespaceType,
  open,
  openFlags,
  openIcmpSocket,
  setns,
  sys,
  waitReadable,
} from "@tundeck/native-bindings"
import type { Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { Batch } from "../relay/batch.ts"
import { nameSize, RelayMemory } from "../relay/memory.ts"
import { echoMark, type Form, forms, writeEcho } from "../relay/transport/icmp-header.ts"
import { slotSize } from "../relay/transport/icmp-receive.ts"
import { IcmpSocket, type IcmpSocketOptions } from "../relay/transport/icmp-socket.ts"
import { endpointOf, PeerIndex } from "../relay/transport/peer-index.ts"

/** Runs `act` on this thread inside: the sockets that it opens belong there ever after. */
export function inside<T>(namespace: Namespace, act: () => T): T {
  const home = open("/proc/thread-self/ns/net", openFlags.readOnly | openFlags.closeOnExec)
  const there = open(`/run/netns/${namespace.name}`, openFlags.readOnly | openFlags.closeOnExec)
  setns(there, namespaceType.network)
  try {
    return act()
  } finally {
    setns(home, namespaceType.network)
    close(home)
    close(there)
  }
}

/** Waits until the kernel has been told how narrow the path is. */
export async function knowsPath(namespace: Namespace, to: string, mtu: number): Promise<void> {
  const isTold = async () => JSON.stringify(await namespace.ip("route", "get", to)).includes(`"mtu":${mtu}`)
  await until(isTold, { what: `the path to ${to} to be of ${mtu} bytes` })
}

export type EndOptions = Pick<IcmpSocketOptions, "role" | "number"> &
  Partial<Omit<IcmpSocketOptions, "peers">> & { in: Namespace; peers?: readonly string[] }

const largestPacket = 1500
const receivingAt = 512 * 1024
/** Of waits for what must come. */
const patienceMs = 10_000

/** A socket with what a relay worker would give it. */
export class EchoEnd implements Disposable {
  readonly socket: IcmpSocket
  readonly memory = new RelayMemory(1024 * 1024)
  malformed = 0
  /** Whose the last packet of a stranger was. */
  stranger: string | undefined
  readonly #batch = new Batch(1200)

  constructor({ in: namespace, peers = [], ...options }: EndOptions) {
    const [someone = "0.0.0.0"] = [options.remote ?? options.local ?? peers[0]]
    this.socket = inside(
      namespace,
      () =>
        new IcmpSocket({
          family: someone.includes(":") ? 6 : 4,
          memory: this.memory,
          region: { at: receivingAt, size: 64 * slotSize(largestPacket) },
          largestPacket: () => largestPacket,
          wishes: {},
          peers: new PeerIndex(peers.map((address) => ({ address, enabled: true }))),
          onStranger: (name) => {
            this.stranger = endpointOf(this.memory.calls.bytes.slice(name, name + nameSize))?.address
          },
          malformed: () => {
            this.malformed++
          },
          ...options,
        }),
    )
  }

  /** In as many calls as it takes. */
  send(packets: readonly Uint8Array[], peer = 0): void {
    const { count } = this.#fill(packets, peer)
    for (let sent = 0; sent < count; ) {
      const n = this.socket.send(this.#batch, sent, count)
      if (n <= 0) throw new Error(`send: ${n}`)
      sent += n
    }
  }

  /** One call: what it answers. */
  trySend(packets: readonly Uint8Array[], peer = 0): number {
    return this.socket.send(this.#fill(packets, peer), 0, packets.length)
  }

  #fill(packets: readonly Uint8Array[], peer: number): Batch {
    this.#batch.clear()
    let at = 1
    for (const packet of packets) {
      this.memory.bytes.set(packet, at)
      this.#batch.add(at, packet.length, peer)
      at += packet.length
    }
    return this.#batch
  }

  /** Waits for so many packets, and takes what came with them. */
  receive(count = 1): { packet: Buffer; peer: number }[] {
    const received: { packet: Buffer; peer: number }[] = []
    while (received.length < count && waitReadable(this.socket.fd, patienceMs)) received.push(...this.takeAll())
    return received
  }

  /** What is there already. */
  takeAll(): { packet: Buffer; peer: number }[] {
    const received: { packet: Buffer; peer: number }[] = []
    for (;;) {
      this.#batch.clear()
      const n = this.socket.receive(this.#batch)
      if (n === -errno.EAGAIN) return received
      if (n < 0) throw new Error(`receive: ${n}`)
      for (let i = 0; i < n; i++) {
        const [at = 0, length = 0] = [this.#batch.at[i], this.#batch.length[i]]
        received.push({ packet: Buffer.from(this.memory.bytes.slice(at, at + length)), peer: this.#batch.peer[i] ?? 0 })
      }
    }
  }

  [Symbol.dispose](): void {
    this.socket.close()
  }
}

/** An ICMP message as it came to a host. */
export interface Sighting {
  source: string
  type: number
  identifier: number
  sequence: number
  /** undefined: the message is none of ours. */
  form: Form | undefined
  /** From its IP header; undefined over IPv6. */
  typeOfService: number | undefined
}

/** Sees every ICMP message that comes to a host, the kernel's own replies, too. */
export class Witness implements Disposable {
  readonly #fd: number
  readonly #family: IpFamily

  constructor(namespace: Namespace, family: IpFamily) {
    this.#fd = inside(namespace, () => openIcmpSocket(family, "raw"))
    this.#family = family
  }

  /** What came of ours since the last time, of any form unless told; waits for so many. */
  ours(count: number, of?: Form): Sighting[] {
    const seen: Sighting[] = []
    const isWanted = ({ form }: Sighting) => form !== undefined && (of === undefined || of === form)
    do seen.push(...this.#takeAll().filter(isWanted))
    while (seen.length < count && waitReadable(this.#fd, patienceMs))
    return seen
  }

  #takeAll(): Sighting[] {
    const seen: Sighting[] = []
    const arena = createArena(512)
    for (;;) {
      const n = sys.recv(this.#fd, arena.address, 256, messageFlags.doNotWait)
      if (n < 0) return seen
      const at = this.#family === 4 ? (arena.view.getUint8(0) & 15) * 4 : 0
      const isOurs = n >= at + 16 && arena.view.getUint16(at + 8) === 0x5444
      seen.push({
        source: this.#family === 4 ? arena.bytes.subarray(12, 16).join(".") : "",
        type: arena.view.getUint8(at),
        identifier: arena.view.getUint16(at + 4),
        sequence: arena.view.getUint16(at + 6),
        form: isOurs ? formOf(arena.view.getUint8(at + 11)) : undefined,
        typeOfService: this.#family === 4 ? arena.view.getUint8(1) : undefined,
      })
    }
  }

  [Symbol.dispose](): void {
    close(this.#fd)
  }
}

/** Sends any ICMP message; over IPv4 with its checksum mended unless told. */
export function forge(namespace: Namespace, to: string, message: Uint8Array, mend = true, from?: string): void {
  const family = to.includes(":") ? 6 : 4
  const bytes = Uint8Array.from(message)
  if (family === 4 && mend && bytes.length >= 4) mendChecksum(bytes)
  const arena = createArena(bytes.length + 1)
  arena.bytes.set(bytes)
  const fd = inside(namespace, () => openIcmpSocket(family, "raw"))
  try {
    if (from !== undefined) bind(fd, { address: from, port: 0 })
    connect(fd, { address: to, port: 0 })
    const n = sys.send(fd, arena.address, bytes.length, 0)
    if (n < 0) throw new Error(`forge: ${n}`)
  } finally {
    close(fd)
  }
}

function formOf(byte: number): Form | undefined {
  return (["request", "reply", "direct"] as const).find((form) => forms[form] === byte)
}

/** A whole message of that form. */
export function echoMessage(
  to: { family: IpFamily; form: Form; number: number; kind?: number; identifier?: number },
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length)
  const mark = echoMark(to.family, to.form, to.number)
  writeEcho(new DataView(bytes.buffer), 0, mark, to.kind ?? 0, to.identifier ?? 1, 1)
  bytes.set(payload, 16)
  return bytes
}

/** RFC 1071, by the letter. */
function mendChecksum(bytes: Uint8Array): void {
  bytes.fill(0, 2, 4)
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  bytes[2] = (~sum >> 8) & 0xff
  bytes[3] = ~sum & 0xff
}

/** Packets of these lengths, of random bytes. */
export function packets(...lengths: number[]): Buffer[] {
  return lengths.map((length) => randomBytes(length))
}
