import { type InterfaceActual, type InterfaceWanted, interfaceCreate } from "@tundeck/shared"

/** For tests: a wish, and the interface that is exactly as wished. */
export function wishOf(fields: Partial<InterfaceWanted> = {}): InterfaceWanted {
  return { ...interfaceCreate.parse({ kind: "tap", vnetHeader: false }), name: "tap0", ...fields }
}

export function actualOf(wanted: InterfaceWanted, fields: Partial<InterfaceActual> = {}): InterfaceActual {
  const { name, kind, persistent, packetInfo, vnetHeader, multiQueue, mtu, mac, addresses, bridge, up } = wanted
  const counters = { receivedPackets: 0, receivedBytes: 0, receiveDropped: 0, receiveErrors: 0 }
  return {
    ...{ name, kind, persistent, packetInfo, vnetHeader, multiQueue, mtu, mac, addresses, bridge, up },
    index: 7,
    owner: typeof wanted.owner === "number" ? wanted.owner : null,
    ownerName: typeof wanted.owner === "string" ? wanted.owner : null,
    group: typeof wanted.group === "number" ? wanted.group : null,
    groupName: typeof wanted.group === "string" ? wanted.group : null,
    routes: wanted.up ? wanted.routes : [],
    carrier: false,
    statistics: { ...counters, sentPackets: 0, sentBytes: 0, sendDropped: 0, sendErrors: 0 },
    ...fields,
  }
}
