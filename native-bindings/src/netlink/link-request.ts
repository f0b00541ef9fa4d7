import { parseMacAddress } from "../address/mac-address.ts"
import { attribute, concatenate, nestedAttribute, optional, textAttribute, u32Attribute, viewOf } from "./attributes.ts"
import { IFLA, IFLA_INFO, interfaceUp, linkHeader } from "./link-layout.ts"

const vethPeer = 1 // linux/veth.h: VETH_INFO_PEER

/** A network namespace to move to: that of a process, or the one that an fd stands for. */
export type NamespaceTarget = { netnsPid?: number; netnsFd?: number }

/** What to change about a link; what is absent stays. A `master` of 0 takes it out of its bridge. */
export type LinkChange = NamespaceTarget & {
  index: number
  up?: boolean
  mtu?: number
  mac?: string
  name?: string
  master?: number
  transmitQueueLength?: number
}

export function encodeLinkChange(change: LinkChange): Uint8Array {
  const flags = change.up === undefined ? {} : { flags: change.up ? interfaceUp : 0, change: interfaceUp }
  return concatenate([
    encodeHeader({ index: change.index, ...flags }),
    optional(change.name, (name) => textAttribute(IFLA.IFNAME, name)),
    optional(change.mtu, (mtu) => u32Attribute(IFLA.MTU, mtu)),
    optional(change.mac, encodeMac),
    optional(change.master, (master) => u32Attribute(IFLA.MASTER, master)),
    optional(change.transmitQueueLength, (length) => u32Attribute(IFLA.TXQLEN, length)),
    ...encodeTarget(change),
  ])
}

/** For RTM_GETLINK and RTM_DELLINK; without either, for a dump. */
export function encodeLinkReference({ index = 0, name }: { index?: number; name?: string }): Uint8Array {
  return concatenate([encodeHeader({ index }), optional(name, (text) => textAttribute(IFLA.IFNAME, text))])
}

export function encodeBridge(name: string): Uint8Array {
  const info = nestedAttribute(IFLA.LINKINFO, textAttribute(IFLA_INFO.KIND, "bridge"))
  return concatenate([encodeHeader({}), textAttribute(IFLA.IFNAME, name), info])
}

/** A pair of virtual cables' ends; the second may be born in another namespace. */
export function encodeVeth(name: string, peerName: string, peerTarget: NamespaceTarget): Uint8Array {
  const peer = [encodeHeader({}), textAttribute(IFLA.IFNAME, peerName), ...encodeTarget(peerTarget)]
  const info = nestedAttribute(
    IFLA.LINKINFO,
    textAttribute(IFLA_INFO.KIND, "veth"),
    nestedAttribute(IFLA_INFO.DATA, attribute(vethPeer, concatenate(peer))),
  )
  return concatenate([encodeHeader({}), textAttribute(IFLA.IFNAME, name), info])
}

function encodeHeader({ index = 0, flags = 0, change = 0 }: { index?: number; flags?: number; change?: number }) {
  const bytes = new Uint8Array(linkHeader.size)
  const view = viewOf(bytes)
  view.setInt32(linkHeader.index, index, true)
  view.setUint32(linkHeader.flags, flags, true)
  view.setUint32(linkHeader.change, change, true)
  return bytes
}

function encodeMac(text: string): Uint8Array {
  const mac = parseMacAddress(text)
  if (mac === undefined) throw new RangeError(`not a MAC address: ${text}`)
  return attribute(IFLA.ADDRESS, mac)
}

function encodeTarget({ netnsPid, netnsFd }: NamespaceTarget): (Uint8Array | undefined)[] {
  return [
    optional(netnsPid, (pid) => u32Attribute(IFLA.NET_NS_PID, pid)),
    optional(netnsFd, (fd) => u32Attribute(IFLA.NET_NS_FD, fd)),
  ]
}
