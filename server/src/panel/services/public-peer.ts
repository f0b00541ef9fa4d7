import { lookup } from "node:dns/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { clearPeersOf, ipFamily, isPublicAddress, Problem, parseEndpoint, type TunnelConfig } from "@tundeck/shared"

export type Resolve = (name: string) => Promise<string[]>

const resolveWithinMs = 3000

/** The addresses of a name now; none when it is unknown or takes too long. */
export const resolveName: Resolve = async (name) => {
  const found = lookup(name, { all: true }).then(
    (entries) => entries.map(({ address }) => address),
    () => [],
  )
  return Promise.race([found, sleep(resolveWithinMs, [], { ref: false })])
}

/**
 * Clear text to an address of the Internet wants an explicit yes (R10). A name that is unknown now is let pass here: the engine
 * looks again at the address that it connects to.
 */
export async function refusePublicPeer(
  { allowPublicPeer }: TunnelConfig["transport"],
  hosts: readonly string[],
  resolve: Resolve,
): Promise<void> {
  if (allowPublicPeer === true) return
  for (const host of hosts) {
    const addresses = ipFamily(host) === undefined ? await resolve(host) : [host]
    const open = addresses.find(isPublicAddress)
    if (open !== undefined) refuse(open === host ? host : `${host} (${open})`)
  }
}

/** Everyone that a tunnel may speak with in clear text, whatever carries it: names and addresses, of peers that are not enabled, too. */
export function peerHosts({ transport, security }: Pick<TunnelConfig, "transport" | "security">): string[] {
  if (security.kind !== "none") return []
  const peers = clearPeersOf(security) ?? []
  const hosts = [transport.peer, parseEndpoint(transport.connect ?? "")?.host, ...peers.map(({ address }) => address)]
  return hosts.filter((host) => host !== undefined)
}

function refuse(who: string): never {
  throw new Problem(
    "public-peer-refused",
    `${who} is an address of the Internet: everyone on the way there reads and writes along. ` +
      "If that is what you want, set transport.allowPublicPeer to true.",
    [{ path: "transport.allowPublicPeer", message: "Set this to true to allow it." }],
  )
}
