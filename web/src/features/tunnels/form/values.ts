import {
  defaultTunnelPort,
  formatEndpoint,
  type InterfaceView,
  interfaceCreate,
  ipFamily,
  isPublicAddress,
  parseEndpoint,
  type TunnelView,
  tunnelCreate,
} from "@tundeck/shared"
import type { z } from "zod"
import { type FormErrors, schemaErrors } from "../../../lib/api/form-errors.ts"

/** What a person fills in; `port` is text while it is typed. */
export interface TunnelFormValues {
  name: string
  interfaceFrom: "existing" | "new"
  interface: string
  newInterface: { name: string; kind: "tun" | "tap"; address: string }
  role: "connect" | "listen"
  listenAddress: string
  port: number | string
  peer: string
  allowPublicPeer: boolean
  security: "" | "none"
  autostart: boolean
}

export type TunnelBody = z.input<typeof tunnelCreate>
type InterfaceBody = z.input<typeof interfaceCreate>

/** Messages for what the shared schemas cannot say in the form's own words. */
export interface FormWords {
  port: string
  peer: string
  listenAddress: string
  security: string
  publicPeer: string
  interface: string
}

export const anyAddress = "0.0.0.0"

export function emptyValues(interfaces: readonly Pick<InterfaceView, "name">[], wanted?: string): TunnelFormValues {
  return {
    name: "",
    interfaceFrom: interfaces.length > 0 || wanted !== undefined ? "existing" : "new",
    interface: wanted ?? (interfaces.length === 1 ? (interfaces[0]?.name ?? "") : ""),
    newInterface: { name: "", kind: "tun", address: "" },
    role: "connect",
    listenAddress: anyAddress,
    port: defaultTunnelPort,
    peer: "",
    allowPublicPeer: false,
    security: "",
    autostart: true,
  }
}

export function valuesOf(tunnel: TunnelView): TunnelFormValues {
  const { listen, connect, peer, allowPublicPeer } = tunnel.transport
  const here = parseEndpoint(listen ?? "")
  const there = parseEndpoint(connect ?? "")
  return {
    ...emptyValues([], tunnel.interface),
    name: tunnel.name,
    role: listen === undefined ? "connect" : "listen",
    listenAddress: here?.host ?? anyAddress,
    port: here?.port ?? there?.port ?? defaultTunnelPort,
    peer: peer ?? there?.host ?? "",
    allowPublicPeer: allowPublicPeer ?? false,
    security: tunnel.security.kind,
    autostart: tunnel.autostart,
  }
}

/** True for an address of the Internet; a name is looked up by the panel. */
export function peerIsPublic({ peer }: Pick<TunnelFormValues, "peer">): boolean {
  return ipFamily(peer.trim()) !== undefined && isPublicAddress(peer.trim())
}

/** POST /tunnels, over `interfaceName`: the chosen interface, or the one that was made for it. */
export function tunnelBody(values: TunnelFormValues, interfaceName: string): TunnelBody {
  const port = Number(values.port)
  const peer = values.peer.trim()
  const ends =
    values.role === "listen"
      ? { listen: formatEndpoint({ host: values.listenAddress.trim(), port }), peer }
      : { connect: formatEndpoint({ host: peer, port }) }
  return {
    name: values.name.trim(),
    interface: interfaceName,
    transport: { kind: "tcp", ...ends, ...(values.allowPublicPeer && { allowPublicPeer: true }) },
    security: { kind: "none" },
    autostart: values.autostart,
  }
}

/** POST /interfaces for the interface that is made in the same step; without a name the kernel picks one. */
export function interfaceBody({ newInterface: { name, kind, address } }: TunnelFormValues): InterfaceBody {
  const body: InterfaceBody = { kind, addresses: address.trim() === "" ? [] : [address.trim()] }
  if (name.trim() !== "") body.name = name.trim()
  return body
}

/** Where the panel's and the schemas' paths stand in the form. */
const fieldOfTunnelPath: Record<string, string> = {
  name: "name",
  interface: "interface",
  "transport.peer": "peer",
  "transport.connect": "peer",
  "transport.listen": "listenAddress",
  "transport.allowPublicPeer": "allowPublicPeer",
  "security.kind": "security",
}
const fieldOfInterfacePath: Record<string, string> = {
  name: "newInterface.name",
  kind: "newInterface.kind",
  addresses: "newInterface.address",
  "addresses.0": "newInterface.address",
}
export const tunnelField = (path: string): string | undefined => fieldOfTunnelPath[path]
export const interfaceField = (path: string): string | undefined => fieldOfInterfacePath[path]

/** Errors by the form's fields; what has no field is left out and listed with the problem. */
export function inForm(errors: FormErrors, fieldOf: (path: string) => string | undefined): FormErrors {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([path, message]) => {
      const field = fieldOf(path)
      return field === undefined ? [] : [[field, message]]
    }),
  )
}

const isPort = (port: number | string) => Number.isInteger(Number(port)) && Number(port) >= 1 && Number(port) <= 65_535

export function formErrors(values: TunnelFormValues, words: FormWords): FormErrors {
  // A wrong port spoils the endpoint that holds it; it is told once, at the port.
  const endpoints = isPort(values.port) ? values : { ...values, port: defaultTunnelPort }
  const name = values.interfaceFrom === "new" ? values.newInterface.name.trim() || "tun0" : values.interface
  return {
    ...inForm(schemaErrors(tunnelCreate, tunnelBody(endpoints, name)), tunnelField),
    ...(values.interfaceFrom === "new" && inForm(schemaErrors(interfaceCreate, interfaceBody(values)), interfaceField)),
    ...ownErrors(values, words),
  }
}

function ownErrors(values: TunnelFormValues, words: FormWords): FormErrors {
  const errors: FormErrors = {}
  const peer = values.peer.trim()
  if (values.interfaceFrom === "existing" && values.interface === "") errors.interface = words.interface
  if (!isPort(values.port)) errors.port = words.port
  if (values.role === "connect" && parseEndpoint(formatEndpoint({ host: peer, port: 1 })) === undefined) {
    errors.peer = words.peer
  }
  if (values.role === "listen" && ipFamily(values.listenAddress.trim()) === undefined) {
    errors.listenAddress = words.listenAddress
  }
  if (values.security === "") errors.security = words.security
  if (peerIsPublic(values) && !values.allowPublicPeer) errors.allowPublicPeer = words.publicPeer
  return errors
}
