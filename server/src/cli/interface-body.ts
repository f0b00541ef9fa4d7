import { type DriftField, driftFields, type RouteBody, type routes } from "@tundeck/shared"
import { InvalidArgumentError } from "commander"

type Body = RouteBody<typeof routes.createInterface>
type Route = NonNullable<Body["routes"]>[number]

/** `tundeck interface create`, as commander gives it. */
export interface InterfaceOptions {
  name?: string
  kind?: "tun" | "tap"
  owner?: string
  group?: string
  mtu?: number
  mac?: string
  bridge?: string
  address?: string[]
  route?: Route[]
  transient?: boolean
  multiQueue?: boolean
  packetInfo?: boolean
  vnetHeader: boolean
  down?: boolean
  heal: boolean
  ignoreDrift?: DriftField[]
}

/** The body of POST /interfaces: only what was said, so that the server's defaults stay the only ones. */
export function interfaceBody(options: InterfaceOptions): Body {
  const body: Body = {}
  const { name, kind, owner, group, mtu, mac, bridge, address, route, ignoreDrift } = options
  if (name !== undefined) body.name = name
  if (kind !== undefined) body.kind = kind
  if (owner !== undefined) body.owner = account(owner)
  if (group !== undefined) body.group = account(group)
  if (mtu !== undefined) body.mtu = mtu
  if (mac !== undefined) body.mac = mac
  if (bridge !== undefined) body.bridge = bridge
  if (address !== undefined) body.addresses = address
  if (route !== undefined) body.routes = route
  if (ignoreDrift !== undefined) body.ignoreDrift = ignoreDrift
  if (options.transient) body.persistent = false
  if (options.multiQueue) body.multiQueue = true
  if (options.packetInfo) body.packetInfo = true
  if (!options.vnetHeader) body.vnetHeader = false
  if (options.down) body.up = false
  if (!options.heal) body.heal = false
  return body
}

/** `10.1.0.0/16,via 10.0.0.2,metric 5`, or as `ip` writes it, with blanks alone. What is wrong in it the server says. */
export function parseRoute(text: string): Route {
  const [destination = "", ...rest] = text.split(/[\s,]+/).filter(Boolean)
  const route: Route = { destination }
  for (let i = 0; i < rest.length; i += 2) {
    const [word, value] = [rest[i], rest[i + 1] ?? ""]
    if (word === "via") route.gateway = value
    else if (word === "metric" && /^\d+$/.test(value)) route.metric = Number(value)
    else throw new InvalidArgumentError("Write a route as 10.1.0.0/16,via 10.0.0.2,metric 5.")
  }
  return route
}

export function parseDriftField(text: string): DriftField {
  const field = driftFields.find((one) => one === text)
  if (field === undefined) throw new InvalidArgumentError(`The fields are ${driftFields.join(", ")}.`)
  return field
}

function account(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text
}
