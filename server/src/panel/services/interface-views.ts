import {
  comparableAddresses,
  comparableRoutes,
  compareInterface,
  type InterfaceActual,
  type InterfaceObservation,
  type InterfaceView,
  type InterfaceWanted,
} from "@tundeck/shared"

/** What is wanted beside what is. */
export function viewOfManaged(wanted: InterfaceWanted, seen: InterfaceObservation | null): InterfaceView {
  const actual = seen?.actual ?? null
  return { ...wanted, managed: true, actual, drift: compareInterface(wanted, actual), holders: seen?.holders ?? [] }
}

/** An interface that is not ours: what is stands where the wish would stand, and nothing has drifted. */
export function viewOfOther({ actual, holders }: InterfaceObservation): InterfaceView {
  return { ...wishAsItIs(actual), managed: false, actual, drift: [], holders }
}

/** The wish that changes nothing: what is, without what the kernel adds to any interface by itself. */
export function wishAsItIs(actual: InterfaceActual) {
  return {
    name: actual.name,
    kind: actual.kind,
    persistent: actual.persistent,
    owner: actual.owner,
    group: actual.group,
    packetInfo: actual.packetInfo,
    vnetHeader: actual.vnetHeader,
    multiQueue: actual.multiQueue,
    mtu: actual.mtu,
    mac: actual.kind === "tap" ? actual.mac : null,
    addresses: comparableAddresses({ addresses: [] }, actual),
    routes: comparableRoutes({ routes: [] }, actual),
    bridge: actual.bridge,
    up: actual.up,
    heal: false,
    ignoreDrift: [],
  }
}
