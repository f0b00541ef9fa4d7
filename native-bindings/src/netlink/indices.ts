import { readAttributes, viewOf } from "./attributes.ts"
import { IFLA, linkHeader } from "./link-layout.ts"
import type { RequestName } from "./numbers.ts"
import { outputInterface } from "./route.ts"

const addressIndex = 4 // linux/if_addr.h: ifa_index of struct ifaddrmsg

/** The interfaces that a request names by number, for people: first the one that it changes. */
export function indicesOf(name: RequestName, payload: Uint8Array): (number | undefined)[] {
  switch (name) {
    case "RTM_NEWLINK":
    case "RTM_DELLINK":
      return [
        viewOf(payload).getInt32(linkHeader.index, true),
        readAttributes(payload.subarray(linkHeader.size)).u32(IFLA.MASTER),
      ]
    case "RTM_NEWADDR":
    case "RTM_DELADDR":
      return [viewOf(payload).getUint32(addressIndex, true)]
    case "RTM_NEWROUTE":
    case "RTM_DELROUTE":
      return [outputInterface(payload)]
    default:
      return []
  }
}
