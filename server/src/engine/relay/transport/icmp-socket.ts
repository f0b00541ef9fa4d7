import { randomInt } from "node:crypto"
import { closeSocket } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { DirectWay } from "./icmp-direct.ts"
import { echo, echoMark } from "./icmp-header.ts"
import { type EchoSocketOptions, listensEverywhere, openEchoSocket } from "./icmp-open.ts"
import { EchoPeers } from "./icmp-peers.ts"
import { EchoReceiver } from "./icmp-receive.ts"
import { EchoSender } from "./icmp-send.ts"
import type { PeerAddresses } from "./peer-addresses.ts"

export interface IcmpSocketOptions extends EchoSocketOptions {
  memory: RelayMemory
  /** Of the worker's memory, for what is received; empty between wake-ups. 64 times `slotSize(largestPacket)` is best. */
  region: { at: number; size: number }
  /** The longest packet that a peer may send. */
  largestPacket: () => number
  /** A listener's. A caller has one peer, whom it is connected to. */
  peers: PeerAddresses
  /** Hot. A message of the tunnel came in that is truncated, or wrong in its checksum or its lengths. */
  malformed: () => void
  /** Hot. What stands in the worker's memory for calls at `name` is the address of no peer. */
  onStranger(name: number): void
}

const ipHeader = { 4: 20, 6: 40 } as const

/**
 * Packets in ICMP echo messages, through a raw socket. A caller sends requests, a listener replies, as many as it likes,
 * with identifier and sequence of its peer's latest request: that is what NATs let through. The kernel answers each
 * request besides, with the caller's own bytes; these replies end in the socket's filter, and are avoided where that can
 * be: see icmp-direct.ts.
 */
export class IcmpSocket implements DatagramSocket {
  readonly fd: number
  readonly overhead: number
  /** Of no use here: raw sockets cut what is too long. */
  largestSegment = Number.POSITIVE_INFINITY
  #addresses: PeerAddresses
  readonly #echoes: EchoPeers
  readonly #sender: EchoSender
  readonly #receiver: EchoReceiver

  /** Throws SyscallError. */
  constructor(options: IcmpSocketOptions) {
    const { family, role, number, memory, peers: addresses } = options
    const isIpv4 = family === 4
    const identifier = role === "caller" ? randomInt(0x1_0000) : undefined
    this.overhead = ipHeader[family] + echo.payload
    this.#addresses = addresses
    this.#echoes = new EchoPeers(family, addresses.size)
    this.fd = openEchoSocket(options, identifier)
    const answersWhereAsked = listensEverywhere(options)
    const common = { fd: this.fd, memory, isIpv4, identifier, addresses, peers: this.#echoes, answersWhereAsked }
    const ways = { direct: new DirectWay(), directMark: echoMark(family, "direct", number) }
    const [requests, replies] = [echoMark(family, "request", number), echoMark(family, "reply", number)]
    const [mark, theirs] = role === "caller" ? [requests, replies] : [replies, requests]
    this.#sender = new EchoSender({ ...common, ...ways, mark, overhead: this.overhead })
    const { region, largestPacket, malformed, onStranger } = options
    this.#receiver = new EchoReceiver({
      ...common,
      ...ways,
      mark: theirs,
      region,
      largestPacket,
      malformed,
      onStranger,
    })
  }

  get peers(): PeerAddresses {
    return this.#addresses
  }

  set peers(peers: PeerAddresses) {
    const before = this.#addresses
    this.#addresses = peers
    this.#sender.addresses = this.#receiver.addresses = peers
    this.#echoes.setPeers(
      Array.from({ length: peers.size }, (_, place) => (peers.isSameAs(before, place) ? place : -1)),
    )
  }

  /** Small packets that follow each other to one peer share a message. -ENOTCONN for a peer that has not spoken yet. */
  send(batch: Batch, from: number, to: number): number {
    return this.#sender.send(batch, from, to)
  }

  /** 0 when all that came was malformed; -EAGAIN also when the batch has no room for a whole message. */
  receive(batch: Batch): number {
    return this.#receiver.receive(batch)
  }

  adopt(peer: number, number: number): void {
    this.#echoes.adopt(peer, number)
  }

  /** Without its latest request there would be nothing to reply to. */
  forget(): void {}

  close(): void {
    closeSocket(this.fd)
  }
}
