import {
  addressBytes,
  addressText,
  type CarrierKind,
  ipFamily,
  networkOf,
  type Prefix,
  parsePrefix,
} from "@tundeck/shared"
import type { TunnelFormValues, TunnelRole } from "./values.ts"

/** What the other host must know of a tunnel of this one. */
export interface TunnelEnds {
  interface: string
  kind: "tun" | "tap"
  /** Of this host's interface, each with its length. */
  addresses: readonly string[]
  transport: CarrierKind
  framing: TunnelFormValues["framing"]
  role: TunnelRole
  port: number
  /** The other host's address or name as this one knows it; "" while it is not known. */
  peer: string
  /** Of a hub. */
  peers: readonly HubPeer[]
  /** This host's address as the other one reaches it. */
  here: string
}

export interface HubPeer {
  name: string
  allowed: readonly string[]
}

/**
 * The addresses inside of the other host, or of a hub's peer at its place: one for each of this interface's. A neighbour in the same
 * network: 10.0.0.1/24 has 10.0.0.2/24 at the other end, and back.
 */
export function otherAddresses(
  { addresses, role, peers }: Pick<TunnelEnds, "addresses" | "role" | "peers">,
  index = 0,
): string[] {
  return addresses.flatMap((address) => {
    const told = role === "hub" ? amongAllowed(address, peers[index]?.allowed ?? []) : undefined
    return told ?? neighbourOf(address, role === "hub" ? index : 0) ?? []
  })
}

/** The `index`th host of the address's network, counted without the address itself. */
function neighbourOf(address: string, index: number): string | undefined {
  const prefix = parsePrefix(address)
  if (prefix === undefined || prefix.length > (prefix.family === 4 ? 30 : 126)) return undefined
  const bits = (prefix.family === 4 ? 32 : 128) - prefix.length
  const own = hostNumber(prefix)
  const number = own !== undefined && own <= index + 1 ? index + 2 : index + 1
  const last = prefix.family === 4 ? 2 ** Math.min(bits, 16) - 2 : 2 ** Math.min(bits, 16) - 1
  return number > last ? undefined : `${withHost(prefix, number)}/${prefix.length}`
}

/** A peer's own address is told by a single host among its networks: 10.77.0.9/32 within 10.77.0.1/24. */
function amongAllowed(address: string, allowed: readonly string[]): string | undefined {
  const own = parsePrefix(address)
  if (own === undefined) return undefined
  for (const text of allowed) {
    const host = parsePrefix(text)
    if (host?.family !== own.family || host.length !== (own.family === 4 ? 32 : 128)) continue
    if (networkOf({ ...host, length: own.length }) === networkOf(own)) return `${host.address}/${own.length}`
  }
  return undefined
}

/** Which host of its network an address is, when that fits into 16 bits. */
function hostNumber(prefix: Prefix): number | undefined {
  const bytes = addressBytes(prefix.address)
  const low = ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0)
  const base = addressBytes(networkAddress(prefix))
  const number = low - (((base.at(-2) ?? 0) << 8) | (base.at(-1) ?? 0))
  return withHost(prefix, number) === prefix.address ? number : undefined
}

function withHost(prefix: Prefix, host: number): string {
  const bytes = addressBytes(networkAddress(prefix))
  const last = bytes.length - 1
  bytes[last - 1] = (bytes[last - 1] ?? 0) | (host >> 8)
  bytes[last] = (bytes[last] ?? 0) | (host & 0xff)
  return addressText(bytes)
}

const networkAddress = (prefix: Prefix): string => networkOf(prefix).split("/")[0] ?? prefix.address

/** The tutorial's program speaks its frames over TCP, and nothing else. */
export const simpletunSpeaks = ({ transport, framing }: TunnelEnds): boolean =>
  transport === "tcp" && framing === "simpletun"

/** The tutorial's program speaks IPv4 only. */
export const simpletunReaches = (host: string): boolean => ipFamily(host) !== 6

/** What to type on the other host when it has the tutorial's simpletun. `index`: which peer of a hub it is. */
export function simpletunCommands(ends: TunnelEnds, index = 0): string {
  const name = ends.interface
  const role = ends.role === "connect" ? "-s" : `-c ${ends.here}`
  const layer = ends.kind === "tap" ? " -a" : ""
  return [
    `ip tuntap add dev ${name} mode ${ends.kind}`,
    ...otherAddresses(ends, index).map((address) => `ip addr add ${address} dev ${name}`),
    `ip link set ${name} up`,
    `simpletun -i ${name} ${role} -p ${ends.port}${layer}`,
  ].join("\n")
}
