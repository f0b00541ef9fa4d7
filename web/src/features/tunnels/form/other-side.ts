import { addressBytes, addressText, ipFamily, networkOf, type Prefix, parsePrefix } from "@tundeck/shared"

/** What the other host must know of a tunnel of this one. */
export interface TunnelEnds {
  interface: string
  kind: "tun" | "tap"
  /** Of this host's interface, each with its length. */
  addresses: readonly string[]
  role: "connect" | "listen"
  port: number
  /** The other host's address or name as this one knows it; "" while it is not known. */
  peer: string
  /** This host's address as the other one reaches it. */
  here: string
}

/** The neighbour of an interface's address in its own network: 10.0.0.1/24 has 10.0.0.2/24 at the other end, and back. */
export function otherEnd(address: string): string | undefined {
  const prefix = parsePrefix(address)
  if (prefix === undefined || prefix.length > (prefix.family === 4 ? 30 : 126)) return undefined
  const first = neighbour(prefix, 1)
  return prefix.address === first ? withLength(prefix, neighbour(prefix, 2)) : withLength(prefix, first)
}

const withLength = ({ length }: Prefix, address: string) => `${address}/${length}`

function neighbour(prefix: Prefix, host: number): string {
  const network = networkOf(prefix).split("/")[0] ?? prefix.address
  const bytes = addressBytes(network)
  const last = bytes.length - 1
  bytes[last] = (bytes[last] ?? 0) | host
  return addressText(bytes)
}

/** The tutorial's program speaks IPv4 only. */
export const simpletunReaches = (host: string): boolean => ipFamily(host) !== 6

/** What to type on the other host when it has the tutorial's simpletun. */
export function simpletunCommands(ends: TunnelEnds): string {
  const name = ends.interface
  const others = ends.addresses.flatMap((address) => otherEnd(address) ?? [])
  const role = ends.role === "connect" ? "-s" : `-c ${ends.here}`
  const layer = ends.kind === "tap" ? " -a" : ""
  return [
    `ip tuntap add dev ${name} mode ${ends.kind}`,
    ...others.map((address) => `ip addr add ${address} dev ${name}`),
    `ip link set ${name} up`,
    `simpletun -i ${name} ${role} -p ${ends.port}${layer}`,
  ].join("\n")
}
