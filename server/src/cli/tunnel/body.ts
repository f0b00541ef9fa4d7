import type { RouteBody, routes, TunnelView } from "@tundeck/shared"
import type { TunnelOptions } from "./options.ts"

type Body = RouteBody<typeof routes.createTunnel>
type Patch = RouteBody<typeof routes.changeTunnel>
type Transport = Body["transport"]
type Security = Body["security"]

/** The body of POST /tunnels: only what was said. */
export function tunnelBody(options: TunnelOptions): Body {
  const { name = "", interface: over = "", security = "none", autostart } = options
  const body: Body = {
    name,
    interface: over,
    transport: changedTransport({ kind: "tcp" }, options),
    security: changedSecurity({ kind: security }, options),
  }
  if (autostart) body.autostart = true
  return body
}

/** The body of PATCH /tunnels/{id}. Transport and security go whole: as they are, but for what was said and what that rules out. */
export function tunnelPatch(view: Pick<TunnelView, "transport" | "security">, options: TunnelOptions): Patch {
  const { name, interface: over, autostart } = options
  const transport = changedTransport(view.transport, options)
  const security = changedSecurity(view.security, options)
  const patch: Patch = {}
  if (name !== undefined) patch.name = name
  if (over !== undefined) patch.interface = over
  if (differ(view.transport, transport)) patch.transport = transport
  if (differ(view.security, security)) patch.security = security
  if (autostart !== undefined) patch.autostart = autostart
  return patch
}

function changedTransport(before: Transport, options: TunnelOptions): Transport {
  const {
    transport: kind,
    listen,
    connect,
    peer,
    framing,
    sourceAddress,
    sourceInterface,
    firewallMark,
    dscp,
  } = options
  const { clampMss, allowPublicPeer } = options
  const after = { ...before }
  if (kind !== undefined) {
    after.kind = kind
    if (kind !== "tcp") delete after.framing
  }
  if (listen !== undefined) {
    delete after.connect
    delete after.sourceAddress
  }
  if (connect !== undefined) {
    delete after.listen
    delete after.peer
  }
  if (isHub(options)) delete after.peer
  if (listen !== undefined) after.listen = listen
  if (connect !== undefined) after.connect = connect
  if (peer !== undefined) after.peer = peer
  put(after, "framing", framing)
  put(after, "sourceAddress", sourceAddress)
  put(after, "sourceInterface", sourceInterface)
  put(after, "firewallMark", firewallMark)
  put(after, "dscp", dscp)
  put(after, "clampMss", clampMss)
  put(after, "allowPublicPeer", allowPublicPeer)
  return after
}

function changedSecurity(before: Security, options: TunnelOptions): Security {
  const { security: kind, peer, connect, hubPeer, allowedIp } = options
  const after = { ...before }
  if (kind !== undefined) after.kind = kind
  if (peer !== undefined || connect !== undefined) delete after.peers
  if (isHub(options)) {
    delete after.allowedIps
    after.peers = hubPeer ?? before.peers ?? []
  }
  put(after, "allowedIps", allowedIp)
  return after
}

const isHub = ({ hub, hubPeer }: TunnelOptions): boolean => hub === true || hubPeer !== undefined

/** Undefined was not said, false takes it away. */
function put<T extends object, K extends keyof T>(target: T, key: K, value: T[K] | false | undefined): void {
  if (value === false) delete target[key]
  else if (value !== undefined) target[key] = value
}

function differ(before: object, after: object): boolean {
  const text = (value: object) => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return text(before) !== text(after)
}
