import type { RouteBody, routes } from "@tundeck/shared"

type Body = RouteBody<typeof routes.createTunnel>

/** `tundeck tunnel create`, as commander gives it. */
export interface TunnelOptions {
  name: string
  interface: string
  listen?: string
  connect?: string
  peer?: string
  allowPublicPeer?: boolean
  security: "none"
  allowedIp?: string[]
  autostart?: boolean
}

/** The body of POST /tunnels: only what was said. */
export function tunnelBody(options: TunnelOptions): Body {
  const { listen, connect, peer, allowPublicPeer, allowedIp, autostart } = options
  const transport: Body["transport"] = { kind: "tcp" }
  if (listen !== undefined) transport.listen = listen
  if (connect !== undefined) transport.connect = connect
  if (peer !== undefined) transport.peer = peer
  if (allowPublicPeer) transport.allowPublicPeer = true
  const security: Body["security"] = { kind: options.security }
  if (allowedIp !== undefined) security.allowedIps = allowedIp
  const body: Body = { name: options.name, interface: options.interface, transport, security }
  if (autostart) body.autostart = true
  return body
}
