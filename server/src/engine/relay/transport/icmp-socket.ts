import { randomInt } from "node:crypto"
import { close, connect, type IpFamily, socketPathMtu } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { DatagramSocket } from "../ports.ts"
import { echo, echoMark, otherRole } from "./icmp-header.ts"
import { type EchoSocketOptions, listensEverywhere, openEchoSocket } from "./icmp-open.ts"
import { EchoPeers, type PeerAddresses } from "./icmp-peers.ts"
import { EchoReceiver } from "./icmp-receive.ts"
import { EchoSender } from "./icmp-send.ts"

export interface IcmpSocketOptions extends EchoSocketOptions {
  memory: RelayMemory
  /** Of the worker's memory, for what is received; empty between wake-ups. 64 times `slotSize(largestPacket)` is best. */
  region: { at: number; size: number }
  /** The longest packet that a peer may send. */
  largestPacket: number
  /** A listener's. A caller has one peer, whom it is connected to. */
  addresses: PeerAddresses
  peerCount: number
  /** Hot. A message of the tunnel came in that is truncated, or wrong in its checksum or its lengths. */
  malformed: () => void
}

const ipHeader = { 4: 20, 6: 40 } as const

/**
 * Packets in ICMP echo messages, through a raw socket. A caller sends requests, a listener replies, as many as it likes,
 * with identifier and sequence of its peer's latest request: that is what NATs let through. The kernel answers each
 * request besides, with the caller's own bytes; these replies end in the socket's filter.
 */
export class IcmpSocket implements DatagramSocket {
  readonly fd: number
  readonly overhead: number
  readonly #family: IpFamily
  readonly #remote: string | undefined
  readonly #peers: EchoPeers
  readonly #sender: EchoSender
  readonly #receiver: EchoReceiver

  /** Throws SyscallError. */
  constructor(options: IcmpSocketOptions) {
    const { family, role, number, memory, addresses } = options
    const isIpv4 = family === 4
    const identifier = role === "caller" ? randomInt(0x1_0000) : undefined
    this.#family = family
    this.#remote = options.remote
    this.overhead = ipHeader[family] + echo.payload
    this.#peers = new EchoPeers(family, options.peerCount)
    this.fd = openEchoSocket(options, identifier)
    const answersWhereAsked = listensEverywhere(options)
    const common = { fd: this.fd, memory, isIpv4, identifier, addresses, peers: this.#peers, answersWhereAsked }
    const { region, largestPacket, malformed } = options
    this.#sender = new EchoSender({ ...common, mark: echoMark(family, role, number), overhead: this.overhead })
    const mark = echoMark(family, otherRole[role], number)
    this.#receiver = new EchoReceiver({ ...common, mark, region, largestPacket, malformed })
  }

  pathMtu(): number | null {
    if (this.#remote === undefined) return null
    try {
      // The kernel looks the way up anew: an IPv6 socket does not follow what was learned since.
      connect(this.fd, { address: this.#remote, port: 0 })
    } catch {
      return null
    }
    return socketPathMtu(this.fd, this.#family) ?? null
  }

  /** Peer i is the one that was `origins[i]` before; -1: a new one, to which nothing can be sent until it has spoken. */
  setPeers(origins: readonly number[]): void {
    this.#peers.setPeers(origins)
  }

  /** Small packets that follow each other to one peer share a message. -ENOTCONN for a peer that has not spoken yet. */
  send(batch: Batch, from: number, to: number): number {
    return this.#sender.send(batch, from, to)
  }

  /** 0 when all that came was malformed; -EAGAIN also when the batch has no room for a whole message. */
  receive(batch: Batch): number {
    return this.#receiver.receive(batch)
  }

  /** Who sent what came from a stranger last. */
  strangerAddress(): string | undefined {
    return this.#receiver.strangerAddress()
  }

  close(): void {
    close(this.fd)
  }
}
