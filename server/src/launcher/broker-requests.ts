import { brokerRequest } from "@tundeck/shared"

export type BrokerRequest = { kind: "device" | "holders" } | { kind: "openWireguard" | "removeWireguard"; name: string }

/** Cuts what the engine writes into requests. At most one, of 257 bytes, is kept until the rest comes. */
export class BrokerRequests {
  #rest = Buffer.alloc(0)

  /** undefined: it is no request, and nobody knows where the next one begins. */
  push(chunk: Buffer): BrokerRequest[] | undefined {
    const bytes = Buffer.concat([this.#rest, chunk])
    const requests: BrokerRequest[] = []
    let at = 0
    while (at < bytes.length) {
      const kind = kindOf(bytes[at])
      if (kind === undefined) return undefined
      if (kind === "device" || kind === "holders") {
        requests.push({ kind })
        at += 1
        continue
      }
      const length = bytes[at + 1]
      if (length === undefined || bytes.length < at + 2 + length) break
      requests.push({ kind, name: bytes.toString("latin1", at + 2, at + 2 + length) })
      at += 2 + length
    }
    this.#rest = bytes.subarray(at)
    return requests
  }
}

function kindOf(byte: number | undefined): BrokerRequest["kind"] | undefined {
  const kinds = ["device", "holders", "openWireguard", "removeWireguard"] as const
  return kinds.find((kind) => brokerRequest[kind] === byte)
}
