import type { PacketKey } from "../../filter/key/key-shape.ts"

const groupBit = 2 ** 40 // IEEE 802: the lowest bit of the first byte
const firstGroup4 = 0xe000_0000 // RFC 5771
const groups6 = 0xff // RFC 4291 section 2.7

/** Whether it goes to many. The length of the network is not known, so what ends in 255 counts as a broadcast. */
export function isToGroup({ frame, ip }: PacketKey): boolean {
  if (frame !== undefined && Math.floor(frame.destination / groupBit) % 2 === 1) return true
  const [first = 0, ...rest] = ip?.at(-1)?.destination ?? []
  if (rest.length > 0) return first >>> 24 === groups6
  return first >= firstGroup4 || (first & 0xff) === 0xff
}
