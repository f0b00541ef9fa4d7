import {
  type InterfaceCreate,
  type InterfacePatch,
  type InterfaceView,
  interfaceCreate,
  type RouteBody,
  type routes,
} from "@tundeck/shared"

type CreateBody = RouteBody<typeof routes.createInterface>

/** The form as it is typed: empty text stands for "left out". */
export interface InterfaceValues {
  name: string
  kind: "tun" | "tap"
  persistent: boolean
  owner: string
  group: string
  packetInfo: boolean
  vnetHeader: boolean
  multiQueue: boolean
  mtu: number | string
  mac: string
  addresses: string[]
  routes: { destination: string; gateway: string; metric: number | string }[]
  bridge: string
  up: boolean
  heal: boolean
}

const text = (value: string | number | null | undefined) => (value === null || value === undefined ? "" : String(value))

export function valuesOf(
  wish: Omit<InterfaceCreate, "name" | "ignoreDrift"> & { name?: string | undefined },
): InterfaceValues {
  const { kind, persistent, packetInfo, vnetHeader, multiQueue, mtu, up, heal } = wish
  return {
    ...{ kind, persistent, packetInfo, vnetHeader, multiQueue, mtu, up, heal },
    name: wish.name ?? "",
    owner: text(wish.owner),
    group: text(wish.group),
    mac: text(wish.mac),
    bridge: text(wish.bridge),
    addresses: [...wish.addresses],
    routes: wish.routes.map(({ destination, gateway, metric }) => ({
      destination,
      gateway: text(gateway),
      metric: metric ?? "",
    })),
  }
}

/** What a new interface is when nothing is said: the contract's own defaults. */
export function freshValues(): InterfaceValues {
  return valuesOf(interfaceCreate.parse({}))
}

/** What the form asks for. MAC and bridge belong to tap alone: on tun they are left out, whatever was typed before. */
export function createBodyOf(values: InterfaceValues): CreateBody {
  const { kind, persistent, packetInfo, vnetHeader, multiQueue, mtu, up, heal } = values
  const name = values.name.trim()
  const isTap = kind === "tap"
  return {
    ...(name === "" ? {} : { name }),
    ...{ kind, persistent, packetInfo, vnetHeader, multiQueue, up, heal },
    // An emptied number field is "": the schema says what is wrong with it.
    mtu: mtu === "" ? Number.NaN : Number(mtu),
    owner: accountOf(values.owner),
    group: accountOf(values.group),
    mac: isTap ? textOrNull(values.mac) : null,
    bridge: isTap ? textOrNull(values.bridge) : null,
    addresses: values.addresses.map((address) => address.trim()),
    routes: values.routes.map(({ destination, gateway, metric }) => ({
      destination: destination.trim(),
      ...(gateway.trim() === "" ? {} : { gateway: gateway.trim() }),
      ...(metric === "" ? {} : { metric: Number(metric) }),
    })),
  }
}

const textOrNull = (value: string) => (value.trim() === "" ? null : value.trim())

function accountOf(value: string): string | number | null {
  const account = value.trim()
  if (account === "") return null
  return /^\d{1,10}$/.test(account) ? Number(account) : account
}

/** The fields that a PATCH may carry and that differ from what is saved. */
export function patchOf(values: InterfaceValues, saved: InterfaceView): InterfacePatch {
  const body = createBodyOf(values)
  const before = createBodyOf(valuesOf(saved))
  const changed = <T>(now: T, was: T) => JSON.stringify(now) !== JSON.stringify(was)
  const patch: InterfacePatch = {}
  if (values.name.trim() !== saved.name) patch.name = values.name.trim()
  if (body.persistent !== before.persistent && body.persistent !== undefined) patch.persistent = body.persistent
  if (changed(body.owner, before.owner)) patch.owner = body.owner ?? null
  if (changed(body.group, before.group)) patch.group = body.group ?? null
  if (changed(body.mtu, before.mtu)) patch.mtu = body.mtu ?? 0
  if (changed(body.mac, before.mac)) patch.mac = body.mac ?? null
  if (changed(body.addresses, before.addresses)) patch.addresses = body.addresses ?? []
  if (changed(body.routes, before.routes)) patch.routes = body.routes ?? []
  if (changed(body.bridge, before.bridge)) patch.bridge = body.bridge ?? null
  if (body.up !== before.up && body.up !== undefined) patch.up = body.up
  if (body.heal !== before.heal && body.heal !== undefined) patch.heal = body.heal
  return patch
}
