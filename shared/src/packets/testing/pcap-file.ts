import type { LinkType } from "../facts.ts"

/** https://www.tcpdump.org/linktypes.html */
const linkTypes: Record<LinkType, number> = { ethernet: 1, ip: 101 }
const snapLength = 0x4_0000

/** A capture file of these packets. Times are in microseconds; without them they are a second apart. */
export function pcapFile(
  packets: readonly Uint8Array[],
  link: LinkType,
  times: readonly number[] = packets.map((_, index) => (1 + index) * 1_000_000),
): Uint8Array {
  const head = words([0xa1b2c3d4, 0x0004_0002, 0, 0, snapLength, linkTypes[link]])
  const records = packets.flatMap((packet, index) => {
    const time = times[index] ?? 0
    return [words([Math.floor(time / 1_000_000), time % 1_000_000, packet.length, packet.length]), packet]
  })
  const file = new Uint8Array(records.reduce((length, record) => length + record.length, head.length))
  let offset = 0
  for (const part of [head, ...records]) {
    file.set(part, offset)
    offset += part.length
  }
  return file
}

/** Little-endian, 32 bits each. */
function words(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true)
  return new Uint8Array(view.buffer)
}
