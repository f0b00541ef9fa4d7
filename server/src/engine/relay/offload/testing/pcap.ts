/** linux/pcap: LINKTYPE_ETHERNET, LINKTYPE_RAW. */
const linkType = { ethernet: 1, ip: 101 } as const

/** A capture file of these packets, a millisecond apart. */
export function pcapFile(packets: readonly Uint8Array[], link: keyof typeof linkType): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(0x4_0000, 16)
  header.writeUInt32LE(linkType[link], 20)
  const records = packets.flatMap((packet, i) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1 + Math.floor(i / 1000), 0)
    record.writeUInt32LE((i % 1000) * 1000, 4)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    return [record, packet]
  })
  return Buffer.concat([header, ...records])
}
