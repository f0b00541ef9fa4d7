// An end of a UDP transport that a test drives by hand.
import { bind, close, connect, createArena, messageFlags, openUdpSocket, sys } from "@tundeck/native-bindings"
import type { Namespace } from "../../../../testing/namespace.ts"
import { inside } from "./icmp-lab.ts"

interface Endpoint {
  address: string
  port: number
}

const longest = 65_535

export class UdpEnd implements Disposable {
  readonly #fd: number
  readonly #arena = createArena(longest)

  /** Speaks from an address of `namespace` to that endpoint; from any port unless told. */
  constructor(namespace: Namespace, from: string, to: Endpoint, port = 0) {
    this.#fd = inside(namespace, () => openUdpSocket(from.includes(":") ? 6 : 4))
    bind(this.#fd, { address: from, port })
    connect(this.#fd, to)
  }

  /** Answers false when the kernel took it not. */
  send(bytes: Uint8Array): boolean {
    this.#arena.bytes.set(bytes)
    return sys.send(this.#fd, this.#arena.address, bytes.length, messageFlags.noSignal) >= 0
  }

  /** What has come since the last time. */
  received(): Buffer[] {
    const datagrams: Buffer[] = []
    for (;;) {
      const n = sys.recv(this.#fd, this.#arena.address, longest, messageFlags.doNotWait)
      if (n < 0) return datagrams
      datagrams.push(Buffer.from(this.#arena.bytes.slice(0, n)))
    }
  }

  [Symbol.dispose](): void {
    close(this.#fd)
  }
}
