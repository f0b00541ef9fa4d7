import {
  type ExperimentNetwork,
  experimentNetworks,
  type HostNetwork,
  Problem,
  parsePrefix,
  prefixContains,
} from "@tundeck/shared"

/** A route that takes in so much leads to the Internet, not to this network. */
const shortestRoute = 8

/** The first network that this host does not use. Throws Problem experiment-network-taken. */
export function freeNetwork(used: readonly HostNetwork[]): ExperimentNetwork {
  const free = experimentNetworks.find(({ network }) => userOf(network, used) === undefined)
  if (free !== undefined) return free
  const users = experimentNetworks.map(({ network }) => `${network} by ${described(userOf(network, used))}`)
  throw new Problem("experiment-network-taken", `All three are in use: ${users.join(", ")}.`)
}

function userOf(network: string, used: readonly HostNetwork[]): HostNetwork | undefined {
  const wanted = parsePrefix(network)
  return used.find(({ network: text, kind }) => {
    const other = parsePrefix(text)
    if (wanted === undefined || other === undefined) return false
    if (prefixContains(wanted, other.address)) return other.length > 0
    return kind === "route" && other.length >= shortestRoute && prefixContains(other, wanted.address)
  })
}

function described(user: HostNetwork | undefined): string {
  if (user === undefined) return "nobody"
  const { kind, network, interface: name } = user
  const on = name === null ? "" : kind === "address" ? ` of ${name}` : ` over ${name}`
  return `the ${kind} ${network}${on}`
}
