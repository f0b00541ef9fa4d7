import type { Told } from "../../testing/tshark.ts"
import type { Read } from "./told.ts"

const carriers = new Set(["TCP", "UDP"])

/** Why we differ on purpose (docs/decoding.md); undefined: it is not on purpose. */
export function choice(ours: Told, { told: theirs, isMalformed, layers }: Read): string | undefined {
  if (layers.split(":").filter((layer) => layer === "ip" || layer === "ipv6").length > 4)
    return "more than 4 IP headers in one packet"
  const isProtocolOnly = JSON.stringify({ ...ours, protocol: theirs.protocol }) === JSON.stringify(theirs)
  if (isProtocolOnly && carriers.has(ours.protocol)) {
    if (isMalformed) return "bytes on a known port that are not its protocol"
    if (theirs.protocol === "WireGuard") return "WireGuard data with a counter that no session reaches"
    if (theirs.protocol === "QUIC") return "QUIC with a cleared fixed bit"
  }
  return undefined
}
