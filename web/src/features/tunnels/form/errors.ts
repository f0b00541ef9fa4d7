import {
  defaultTunnelPort,
  formatEndpoint,
  interfaceCreate,
  ipFamily,
  parseEndpoint,
  tunnelCreate,
} from "@tundeck/shared"
import { type FormErrors, schemaErrors } from "../../../lib/api/form-errors.ts"
import { interfaceBody, markOf, tunnelBody } from "./body.ts"
import { peerIsPublic, type TunnelFormValues } from "./values.ts"

/** Messages for what the shared schemas cannot say in the form's own words. */
export interface FormWords {
  port: string
  number: string
  peer: string
  peerFamily: string
  listenAddress: string
  connect: string
  simpletun: string
  publicPeer: string
  interface: string
  firewallMark: string
  dscp: string
}

/** Where the panel's and the schemas' paths stand in the form. */
const fieldOfTunnelPath: Record<string, string> = {
  name: "name",
  interface: "interface",
  "transport.kind": "transport",
  "transport.framing": "framing",
  "transport.fallback": "fallback",
  "transport.peer": "peer",
  "transport.connect": "peer",
  "transport.listen": "listenAddress",
  "transport.allowPublicPeer": "allowPublicPeer",
  "transport.sourceAddress": "more.sourceAddress",
  "transport.sourceInterface": "more.sourceInterface",
  "transport.firewallMark": "more.firewallMark",
  "transport.dscp": "more.dscp",
  "transport.clampMss": "more.clampMss",
  "security.kind": "security",
  "security.peers": "peers",
}
const fieldOfInterfacePath: Record<string, string> = {
  name: "newInterface.name",
  kind: "newInterface.kind",
  addresses: "newInterface.address",
  "addresses.0": "newInterface.address",
}

export function tunnelField(path: string): string | undefined {
  const peer = /^security\.peers\.(\d+)\.(name|address|allowedIps|enabled)/.exec(path)
  if (peer) return `peers.${peer[1]}.${peer[2] === "allowedIps" ? "allowed" : peer[2]}`
  return path.startsWith("security.allowedIps") ? "more.allowed" : fieldOfTunnelPath[path]
}

export const interfaceField = (path: string): string | undefined => fieldOfInterfacePath[path]

/** Errors by the form's fields; what has no field is left out and listed with the problem. */
export function inForm(errors: FormErrors, fieldOf: (path: string) => string | undefined): FormErrors {
  const found: FormErrors = {}
  for (const [path, message] of Object.entries(errors)) {
    const field = fieldOf(path)
    if (field !== undefined) found[field] ??= message
  }
  return found
}

const isWithin = (value: number | string, least: number, most: number) =>
  value !== "" && Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most

export function formErrors(values: TunnelFormValues, words: FormWords): FormErrors {
  // A wrong port spoils the endpoint that holds it; it is told once, at the port.
  const endpoints = isPort(values) ? values : { ...values, port: defaultTunnelPort }
  // The name of one that is made in the same step is judged where it is typed.
  const name = values.interfaceFrom === "new" ? "tun0" : values.interface
  return {
    ...inForm(schemaErrors(tunnelCreate, tunnelBody(endpoints, name)), tunnelField),
    ...(values.interfaceFrom === "new" && inForm(schemaErrors(interfaceCreate, interfaceBody(values)), interfaceField)),
    ...ownErrors(values, words),
  }
}

/** Only with wireguard it may be left out: any free one. */
function isPort({ security, port }: TunnelFormValues): boolean {
  return isWithin(port, 1, 65_535) || (security === "wireguard" && String(port).trim() === "")
}

function ownErrors(values: TunnelFormValues, words: FormWords): FormErrors {
  const { more } = values
  const errors: FormErrors = values.security === "none" ? clearEnds(values, words) : wireguardEnds(values, words)
  if (values.interfaceFrom === "existing" && values.interface === "") errors.interface = words.interface
  if (!isPort(values)) errors.port = values.transport === "icmp" ? words.number : words.port
  const mark = markOf(more.firewallMark)
  if (mark !== undefined && !isWithin(mark, 1, 0xffff_ffff)) errors["more.firewallMark"] = words.firewallMark
  if (more.dscp !== "" && !isWithin(more.dscp, 0, 63)) errors["more.dscp"] = words.dscp
  return errors
}

function wireguardEnds({ listenAddress, port, peer, invited }: TunnelFormValues, words: FormWords): FormErrors {
  const errors: FormErrors = {}
  if (invited === "simpletun") errors.invited = words.simpletun
  const listens = String(port).trim() !== ""
  if (listens && ipFamily(listenAddress.trim()) === undefined) errors.listenAddress = words.listenAddress
  if (peer.trim() !== "" && parseEndpoint(peer.trim()) === undefined) errors.peer = words.connect
  return errors
}

function clearEnds(values: TunnelFormValues, words: FormWords): FormErrors {
  const { role } = values
  const errors: FormErrors = {}
  const peer = values.peer.trim()
  if (role === "connect" && parseEndpoint(formatEndpoint({ host: peer, port: 1 })) === undefined) {
    errors.peer = words.peer
  }
  const listens = role === "connect" ? undefined : ipFamily(values.listenAddress.trim())
  if (role !== "connect" && listens === undefined) errors.listenAddress = words.listenAddress
  if (listens === 4) Object.assign(errors, unheard(values, words.peerFamily))
  if (peerIsPublic(values) && !values.allowPublicPeer) errors.allowPublicPeer = words.publicPeer
  return errors
}

/** Peers with IPv6 addresses, when only IPv4 is listened on. */
function unheard({ role, peer, peers }: TunnelFormValues, message: string): FormErrors {
  const fields: [string, string][] =
    role === "hub" ? peers.map(({ address }, i) => [`peers.${i}.address`, address]) : [["peer", peer]]
  return Object.fromEntries(
    fields.flatMap(([field, address]) => (ipFamily(address.trim()) === 6 ? [[field, message]] : [])),
  )
}
