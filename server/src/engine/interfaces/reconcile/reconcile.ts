import {
  comparableAddresses,
  comparableRoutes,
  compareInterface,
  type DriftField,
  driftFields,
  type InterfaceActual,
  type InterfaceWanted,
  sameRoute,
} from "@tundeck/shared"
import type { Step } from "./step.ts"

export interface Extent {
  /** Only these differences are undone; all when left out. */
  fields?: readonly DriftField[] | undefined
  /** What stands on the interface beyond the wish: `apply` and `repair` remove it, healing leaves it. */
  extras?: "remove" | "leave"
}

/**
 * The steps from what is to what is wanted, in an order in which the kernel takes them:
 * what belongs to the device, then down, MTU (IPv6 wants 1,280 first), bridge, away with what is too much,
 * addresses, up, and routes last (they need the link up and an address to leave from).
 *
 * Kind and queue mode are settled at creation: no step changes them (see `mismatchOf`).
 */
export function reconcile(wanted: InterfaceWanted, actual: InterfaceActual | null, extent: Extent = {}): Step[] {
  const { fields = driftFields, extras = "remove" } = extent
  if (actual === null) {
    if (!fields.includes("exists")) return []
    const { kind, packetInfo, vnetHeader, multiQueue } = wanted
    return [{ do: "create", kind, packetInfo, vnetHeader, multiQueue }, ...reconcile(wanted, justCreated(wanted))]
  }
  const differing = new Set(compareInterface(wanted, actual).map((drift) => drift.field))
  const mend = (field: DriftField, steps: () => Step[]) =>
    fields.includes(field) && differing.has(field) ? steps() : []
  const addresses = addressSteps(wanted, actual, extras)
  const routes = routeSteps(wanted, actual, extras)
  return [
    ...mend("owner", () => [{ do: "set-owner", owner: wanted.owner }]),
    ...mend("group", () => [{ do: "set-group", group: wanted.group }]),
    ...mend("persistent", () => [{ do: "set-persistent", persistent: wanted.persistent }]),
    ...mend("mac", () => (wanted.mac === null ? [] : [{ do: "set-mac", mac: wanted.mac }])),
    ...mend("up", () => (wanted.up ? [] : [{ do: "set-up", up: false }])),
    ...mend("mtu", () => [{ do: "set-mtu", mtu: wanted.mtu }]),
    ...(fields.includes("bridge") ? bridgeSteps(wanted, actual, extras) : []),
    ...mend("routes", () => routes.remove),
    ...mend("addresses", () => [...addresses.remove, ...addresses.add]),
    ...mend("up", () => (wanted.up ? [{ do: "set-up", up: true }] : [])),
    ...mend("routes", () => routes.add),
  ]
}

/** What no step can change: the interface must be deleted and made again. undefined: nothing is in the way. */
export function mismatchOf(wanted: InterfaceWanted, actual: InterfaceActual): string | undefined {
  const { name } = wanted
  const remedy = `Delete it (\`ip link delete ${name}\`) and create it again, or choose another name.`
  if (actual.kind !== wanted.kind) return `${name} is a ${actual.kind}, not a ${wanted.kind}. ${remedy}`
  if (actual.multiQueue !== wanted.multiQueue) {
    return `${name} was created ${actual.multiQueue ? "with" : "without"} multi-queue. ${remedy}`
  }
  return undefined
}

/** A bridge that nobody wished is an extra: no difference to heal, but `apply` leaves it. */
function bridgeSteps(wanted: InterfaceWanted, actual: InterfaceActual, extras: "remove" | "leave"): Step[] {
  if (wanted.bridge === actual.bridge || (wanted.bridge === null && extras === "leave")) return []
  return [{ do: "set-bridge", bridge: wanted.bridge }]
}

interface Change {
  remove: Step[]
  add: Step[]
}

function addressSteps(wanted: InterfaceWanted, actual: InterfaceActual, extras: "remove" | "leave"): Change {
  const present = comparableAddresses(wanted, actual)
  const extra = extras === "leave" ? [] : present.filter((address) => !wanted.addresses.includes(address))
  const missing = wanted.addresses.filter((address) => !present.includes(address))
  return {
    remove: extra.map((address) => ({ do: "delete-address", address })),
    add: missing.map((address) => ({ do: "add-address", address })),
  }
}

function routeSteps(wanted: InterfaceWanted, actual: InterfaceActual, extras: "remove" | "leave"): Change {
  const present = comparableRoutes(wanted, actual)
  const missing = wanted.up ? wanted.routes.filter((wish) => !present.some((is) => sameRoute(wish, is))) : []
  // A route that was changed (another gateway) stands in the way of the wanted one: it goes also when extras stay.
  const inTheWay = (is: { destination: string; metric?: number | undefined }) =>
    missing.some((wish) => sameRoute({ ...wish, gateway: undefined }, { ...is, gateway: undefined }))
  const extra = present
    .filter((is) => !wanted.routes.some((wish) => sameRoute(wish, is)))
    .filter((is) => extras === "remove" || inTheWay(is))
  return {
    remove: extra.map((route) => ({ do: "delete-route", route })),
    add: missing.map((route) => ({ do: "add-route", route })),
  }
}

/** An interface as TUNSETIFF leaves it. Its MAC is the kernel's choice: no wish equals it. */
function justCreated(wanted: InterfaceWanted): InterfaceActual {
  return {
    ...wanted,
    index: 0,
    persistent: false,
    owner: null,
    ownerName: null,
    group: null,
    groupName: null,
    mtu: 1500,
    mac: null,
    addresses: [],
    routes: [],
    bridge: null,
    up: false,
    carrier: true,
    statistics: {
      receivedPackets: 0,
      receivedBytes: 0,
      receiveDropped: 0,
      receiveErrors: 0,
      sentPackets: 0,
      sentBytes: 0,
      sendDropped: 0,
      sendErrors: 0,
    },
  }
}
