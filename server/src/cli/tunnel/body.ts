import { defaultCapture, type RouteBody, type routes, type TunnelCapture, type TunnelView } from "@tundeck/shared"
import type { TunnelOptions } from "./options.ts"

type Body = RouteBody<typeof routes.createTunnel>
type Patch = RouteBody<typeof routes.changeTunnel>
type Transport = Body["transport"]
type Security = NonNullable<Body["security"]>
type ClearText = Extract<Security, { kind: "none" }>

/** The body of POST /tunnels: only what was said. */
export function tunnelBody(options: TunnelOptions): Body {
  const { name = "", interface: over = "", autostart } = options
  const unsaid = options.transport === "responder" ? "none" : "wireguard"
  const kind = options.security ?? unsaid
  const transport = changedTransport({ kind: kind === "none" ? "tcp" : "udp" }, kind, options)
  const body: Body = { name, interface: over, transport }
  const security = changedSecurity(undefined, kind, options)
  if (security !== undefined) body.security = security
  const capture = changedCapture(defaultCapture, options)
  if (capture !== undefined) body.capture = capture
  if (autostart) body.autostart = true
  return body
}

/** The body of PATCH /tunnels/{id}. Transport and security go whole: as they are, but for what was said and what that rules out. */
export function tunnelPatch(
  view: Pick<TunnelView, "transport" | "security" | "capture">,
  options: TunnelOptions,
): Patch {
  const { name, interface: over, autostart } = options
  const kind = options.security ?? view.security.kind
  const transport = changedTransport(view.transport, kind, options)
  const security = changedSecurity(view.security, kind, options)
  const patch: Patch = {}
  if (name !== undefined) patch.name = name
  if (over !== undefined) patch.interface = over
  if (differ(view.transport, transport)) patch.transport = transport
  if (security !== undefined) patch.security = security
  const capture = changedCapture(view.capture, options)
  if (capture !== undefined) patch.capture = capture
  if (autostart !== undefined) patch.autostart = autostart
  return patch
}

/** undefined: it stays as it is. */
function changedCapture(before: TunnelCapture, options: TunnelOptions): TunnelCapture | undefined {
  const { capture, captureSize, snapLength, saveOn, saveSeconds } = options
  const after = { ...before }
  if (capture !== undefined) after.enabled = capture === "on"
  if (captureSize !== undefined) after.megabytes = captureSize
  if (snapLength !== undefined) after.snapLength = snapLength
  if (saveOn !== undefined) after.saveOn = saveOn
  if (saveSeconds !== undefined) after.saveSeconds = saveSeconds
  return differ(before, after) ? after : undefined
}

function changedTransport(before: Transport, security: Security["kind"], options: TunnelOptions): Transport {
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
  const { clampMss, allowPublicPeer, fallback, answerFor } = options
  const after = { ...before }
  if (kind !== undefined) {
    after.kind = kind
    if (kind !== "tcp") delete after.framing
    if (kind !== "udp") delete after.fallback
  }
  if (listen !== undefined) {
    if (security === "none") delete after.connect
    delete after.sourceAddress
  }
  if (connect !== undefined && security === "none") {
    delete after.listen
    delete after.peer
  }
  if (isHub(options)) delete after.peer
  if (listen !== undefined) after.listen = listen
  if (connect !== undefined) after.connect = connect
  if (peer !== undefined) after.peer = peer
  put(after, "answerFor", answerFor)
  put(after, "framing", framing)
  put(after, "sourceAddress", sourceAddress)
  put(after, "sourceInterface", sourceInterface)
  put(after, "firewallMark", firewallMark)
  put(after, "dscp", dscp)
  put(after, "clampMss", clampMss)
  put(after, "allowPublicPeer", allowPublicPeer)
  put(after, "fallback", fallback)
  return after
}

/** undefined: it is as it was, or as it becomes when nothing is said of it. */
function changedSecurity(
  before: TunnelView["security"] | undefined,
  kind: Security["kind"],
  options: TunnelOptions,
): Security | undefined {
  if (kind === "none") return changedClearText(before?.kind === "none" ? before : undefined, options)
  const { privateKey, wireguardPeer } = options
  const after: Security = { kind }
  if (privateKey !== undefined) after.privateKey = privateKey
  if (wireguardPeer !== undefined) after.peers = wireguardPeer
  return before?.kind !== "none" && Object.keys(after).length === 1 ? undefined : after
}

function changedClearText(before: ClearText | undefined, options: TunnelOptions): Security | undefined {
  const { peer, connect, hubPeer, allowedIp } = options
  const after: ClearText = { ...(before ?? { kind: "none" }) }
  if (peer !== undefined || connect !== undefined) delete after.peers
  if (isHub(options)) {
    delete after.allowedIps
    after.peers = hubPeer ?? before?.peers ?? []
  }
  put(after, "allowedIps", allowedIp)
  return before !== undefined && !differ(before, after) ? undefined : after
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
