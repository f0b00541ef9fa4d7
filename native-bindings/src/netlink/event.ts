import { decodeAddress, type InterfaceAddress } from "./address.ts"
import { decodeLink, type Link } from "./link.ts"
import type { Message } from "./message.ts"
import { messageType } from "./numbers.ts"
import { decodeRoute, type Route } from "./route.ts"

/** `changed` is said of what is new, too: the kernel makes no difference. */
export type RtnetlinkEvent =
  | { type: "link-changed" | "link-removed"; link: Link }
  | { type: "address-changed" | "address-removed"; address: InterfaceAddress }
  | { type: "route-changed" | "route-removed"; route: Route }

/** undefined for what none of the three decoders knows. */
export function decodeEvent({ type, payload }: Message): RtnetlinkEvent | undefined {
  switch (type) {
    case messageType.RTM_NEWLINK:
    case messageType.RTM_DELLINK: {
      const link = decodeLink(payload)
      return link && { type: type === messageType.RTM_NEWLINK ? "link-changed" : "link-removed", link }
    }
    case messageType.RTM_NEWADDR:
    case messageType.RTM_DELADDR: {
      const address = decodeAddress(payload)
      return address && { type: type === messageType.RTM_NEWADDR ? "address-changed" : "address-removed", address }
    }
    case messageType.RTM_NEWROUTE:
    case messageType.RTM_DELROUTE: {
      const route = decodeRoute(payload)
      return route && { type: type === messageType.RTM_NEWROUTE ? "route-changed" : "route-removed", route }
    }
    default:
      return undefined
  }
}
