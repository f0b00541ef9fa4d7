// Packets of a capture file as others write them: pcap (https://www.tcpdump.org/manpages/pcap-savefile.5.html) and pcapng.
import { gunzipSync } from "node:zlib"

export interface CapturedPacket {
  readonly bytes: Uint8Array
  readonly wireLength: number
  /** https://www.tcpdump.org/linktypes.html */
  readonly linkType: number
}

const gzip = 0x1f8b
const microseconds = 0xa1b2c3d4
const nanoseconds = 0xa1b23c4d
const pcap = { magic: 0, linkType: 20, records: 24, captured: 8, wire: 12, packet: 16 } as const
const block = { type: 0, length: 4, body: 8, smallest: 12, trailer: 4 } as const
const kind = { section: 0x0a0d0d0a, interface: 1, simplePacket: 3, enhancedPacket: 6 } as const
const byteOrder = 0x1a2b3c4d
const enhanced = { interface: 8, captured: 20, wire: 24, packet: 28 } as const
const simple = { wire: 8, packet: 12 } as const

/** All packets up to the first fault of the file; undefined when it is no such file. */
export function readCapture(file: Uint8Array): CapturedPacket[] | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < pcap.records) return undefined
  if (view.getUint16(0) === gzip) return readCapture(gunzipSync(file))
  if (view.getUint32(0) === kind.section) return readBlocks(view)
  for (const isLittle of [true, false]) {
    const magic = view.getUint32(pcap.magic, isLittle)
    if (magic === microseconds || magic === nanoseconds) return readRecords(view, isLittle)
  }
  return undefined
}

function readRecords(view: DataView, isLittle: boolean): CapturedPacket[] {
  const linkType = view.getUint32(pcap.linkType, isLittle) & 0xffff // above it: whether there is a check sequence
  const packets: CapturedPacket[] = []
  for (let at: number = pcap.records; at + pcap.packet <= view.byteLength; ) {
    const length = view.getUint32(at + pcap.captured, isLittle)
    const bytes = bytesAt(view, at + pcap.packet, length)
    if (bytes === undefined) break
    packets.push({ bytes, wireLength: view.getUint32(at + pcap.wire, isLittle), linkType })
    at += pcap.packet + length
  }
  return packets
}

function readBlocks(view: DataView): CapturedPacket[] {
  const packets: CapturedPacket[] = []
  let isLittle = true
  let interfaces: number[] = []
  for (let at = 0; at + block.smallest <= view.byteLength; ) {
    if (view.getUint32(at) === kind.section) {
      isLittle = view.getUint32(at + block.body, true) === byteOrder
      interfaces = []
    }
    const type = view.getUint32(at + block.type, isLittle)
    const length = view.getUint32(at + block.length, isLittle)
    if (length < block.smallest || at + length > view.byteLength) break
    if (type === kind.interface) interfaces.push(view.getUint16(at + block.body, isLittle))
    else if (type === kind.enhancedPacket) {
      const bytes = bytesAt(view, at + enhanced.packet, view.getUint32(at + enhanced.captured, isLittle))
      if (bytes === undefined) break
      const linkType = interfaces[view.getUint32(at + enhanced.interface, isLittle)] ?? -1
      packets.push({ bytes, wireLength: view.getUint32(at + enhanced.wire, isLittle), linkType })
    } else if (type === kind.simplePacket) {
      const wireLength = view.getUint32(at + simple.wire, isLittle)
      const most = length - simple.packet - block.trailer
      const bytes = bytesAt(view, at + simple.packet, Math.min(wireLength, most))
      if (bytes === undefined) break
      packets.push({ bytes, wireLength, linkType: interfaces[0] ?? -1 })
    }
    at += length
  }
  return packets
}

function bytesAt(view: DataView, at: number, length: number): Uint8Array | undefined {
  return at + length > view.byteLength ? undefined : new Uint8Array(view.buffer, view.byteOffset + at, length)
}
