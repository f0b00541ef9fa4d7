import type { PacketKey } from "../../filter/key/key-shape.ts"
import type { Surroundings } from "../surroundings.ts"

const groupBit = 2 ** 40 // IEEE 802: the lowest bit of the first byte
const groups4 = 0xe // RFC 5771: 224.0.0.0/4
const limitedBroadcast = 0xffff_ffff // RFC 919
const groups6 = 0xff // RFC 4291 section 2.7

/** Whether it goes to many, as far as that is certain: broadcast addresses of networks elsewhere look like any other. */
export function isToGroup({ frame, ip }: PacketKey, { isBroadcast }: Pick<Surroundings, "isBroadcast">): boolean {
  if (frame !== undefined && Math.floor(frame.destination / groupBit) % 2 === 1) return true
  const [first, ...rest] = ip?.at(-1)?.destination ?? []
  if (first === undefined) return false
  if (rest.length > 0) return first >>> 24 === groups6
  return first >>> 28 === groups4 || first === limitedBroadcast || isBroadcast(first)
}
