/** linux/pcap: LINKTYPE_ETHERNET, LINKTYPE_RAW. */
const linkType = { ethernet: 1, ip: 101 } as const
const fileHeader = 24
const recordHeader = 16

/** A capture file; the time of each packet in seconds is its position. */
export function pcapFile(packets: readonly Uint8Array[], link: keyof typeof linkType): Uint8Array {
  const file = new Uint8Array(packets.reduce((size, { length }) => size + recordHeader + length, fileHeader))
  const view = new DataView(file.buffer)
  view.setUint32(0, 0xa1b2c3d4, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, 0x4_0000, true)
  view.setUint32(20, linkType[link], true)
  let at = fileHeader
  for (const [position, packet] of packets.entries()) {
    view.setUint32(at, position, true)
    view.setUint32(at + 8, packet.length, true)
    view.setUint32(at + 12, packet.length, true)
    file.set(packet, at + recordHeader)
    at += recordHeader + packet.length
  }
  return file
}

/** The positions that pcapFile() gave the packets of a file. */
export function readPcapTimes(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const times: number[] = []
  for (let at = fileHeader; at < file.length; at += recordHeader + view.getUint32(at + 8, true)) {
    times.push(view.getUint32(at, true))
  }
  return times
}
