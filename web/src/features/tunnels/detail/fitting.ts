import type { InterfaceView } from "@tundeck/shared"

const ethernetHeader = 14

export interface Fitting {
  /** Bytes of the largest packet, or on tap frame, that the interface sends. */
  most: number
  isTooLarge: boolean
  /** The MTU with which everything fits in one piece. */
  mtu: number
}

/** Does what the interface sends pass the transport in one piece? */
export function fitting(device: Pick<InterfaceView, "kind" | "mtu" | "actual">, largestPacket: number): Fitting {
  const header = device.kind === "tap" ? ethernetHeader : 0
  const most = (device.actual?.mtu ?? device.mtu) + header
  return { most, isTooLarge: most > largestPacket, mtu: largestPacket - header }
}
