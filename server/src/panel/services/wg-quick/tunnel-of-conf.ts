import {
  ipFamily,
  networkOf,
  type Prefix,
  parseEndpoint,
  parsePrefix,
  prefixContains,
  type TunnelConfig,
  type WgQuickConf,
  type WireguardPeerCreate,
} from "@tundeck/shared"

/** What a file of wg-quick(8) becomes: the wish for an interface and the tunnel over it. */
export interface ConfTunnel {
  interface: { mtu: number; addresses: string[]; routes: { destination: string }[] }
  transport: Pick<TunnelConfig["transport"], "listen" | "firewallMark">
  security: { kind: "wireguard"; privateKey?: string; peers: WireguardPeerCreate[] }
  /** What is otherwise than the file says, for people. */
  notes: string[]
}

const usualMtu = 1420

export function tunnelOfConf(conf: WgQuickConf): ConfTunnel {
  const { privateKey, addresses, mtu, listenPort, firewallMark } = conf
  const routes = routesOf(conf)
  const notes = [...routes.notes]
  if (privateKey === null) notes.push("There is no PrivateKey: a new one was made, and the peers need its public key.")
  if (conf.dns.length > 0) {
    notes.push(`DNS = ${conf.dns.join(", ")}: Tundeck leaves this machine's name servers alone; set them yourself.`)
  }
  return {
    interface: { mtu: mtu ?? usualMtu, addresses, routes: routes.found },
    transport: {
      ...(listenPort !== null && { listen: `[::]:${listenPort}` }),
      ...(firewallMark !== null && { firewallMark }),
    },
    security: { kind: "wireguard", ...(privateKey !== null && { privateKey }), peers: peersOf(conf) },
    notes,
  }
}

function peersOf({ peers }: WgQuickConf): WireguardPeerCreate[] {
  const taken = new Set<string>()
  return peers.map(({ name, publicKey, presharedKey, allowedIps, endpoint, keepaliveSeconds }) => {
    const own = name === null || taken.has(name) ? undefined : name
    if (own !== undefined) taken.add(own)
    return {
      ...(own !== undefined && { name: own }),
      publicKey,
      ...(presharedKey !== null && { presharedKey }),
      allowedIps,
      ...(endpoint !== null && { endpoint }),
      keepaliveSeconds,
      enabled: true,
    }
  })
}

/** A route to each allowed network, as wg-quick makes them; but none that would lead the way to a peer into the tunnel. */
function routesOf({ table, addresses, peers }: WgQuickConf): { found: { destination: string }[]; notes: string[] } {
  if (table === "off") return { found: [], notes: [] }
  const onLink = addresses.flatMap((address) => parsePrefix(address) ?? [])
  const endpoints = peers.flatMap(({ endpoint }) => parseEndpoint(endpoint ?? "")?.host ?? [])
  const found: { destination: string }[] = []
  const notes: string[] = []
  for (const destination of new Set(peers.flatMap(({ allowedIps }) => allowedIps))) {
    const prefix = parsePrefix(destination)
    if (prefix === undefined || onLink.some((own) => covers(own, prefix))) continue
    const led = endpoints.find((host) => ipFamily(host) !== undefined && prefixContains(prefix, host))
    if (prefix.length === 0 || led !== undefined) {
      const why =
        led === undefined ? "everything would go through it, its own messages, too" : `the endpoint ${led} is in it`
      notes.push(`No route to ${destination} was made: ${why}. Add routes to the networks that you mean.`)
    } else found.push({ destination })
  }
  return { found, notes }
}

/** The kernel has a route to an address's own network. */
function covers(own: Prefix, network: Prefix): boolean {
  const net = parsePrefix(networkOf(own))
  return net !== undefined && net.length <= network.length && prefixContains(net, network.address)
}
