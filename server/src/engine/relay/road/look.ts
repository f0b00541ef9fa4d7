import { checkEthernetFrame, checkIpPacket } from "../inner-packet.ts"

/** Is it a packet of this link at all: 0, or the number of the drop reason. */
export function look(view: DataView, at: number, length: number, isEthernet: boolean): number {
  return isEthernet ? checkEthernetFrame(view, at, length) : checkIpPacket(view, at, length)
}
