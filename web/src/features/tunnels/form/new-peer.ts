import { networkList, networkText } from "./networks.ts"
import { otherAddresses, type TunnelEnds } from "./other-side.ts"
import type { PeerValues } from "./values.ts"

/**
 * The next peer of a hub: a name and, on tun, an address inside that no other peer has. A tun peer without networks gets nothing, so its
 * own address is proposed; on tap the hub learns where everything is.
 */
export function newPeer(peers: readonly PeerValues[], ends: Pick<TunnelEnds, "kind" | "addresses">): PeerValues {
  const names = new Set(peers.map(({ name }) => name.trim()))
  const taken = new Set(peers.flatMap(({ allowed }) => networkList(allowed)))
  const name = firstFree(peers.length, (i) => [`peer-${i + 1}`], names)
  const hosts = firstFree(peers.length, (i) => hostNetworks(ends.addresses, i), taken)
  return {
    name: name[0] ?? "",
    address: "",
    allowed: ends.kind === "tun" ? networkText(hosts) : "",
    enabled: true,
  }
}

/** The first of the `propose`d that is not taken; among one more than there are peers, one is free. */
function firstFree(peers: number, propose: (index: number) => string[], taken: ReadonlySet<string>): string[] {
  for (let index = 0; index <= peers; index++) {
    const proposed = propose(index)
    if (!proposed.some((each) => taken.has(each))) return proposed
  }
  return []
}

function hostNetworks(addresses: readonly string[], index: number): string[] {
  return otherAddresses({ addresses, role: "hub", peers: [] }, index).map((address) => {
    const host = address.split("/")[0] ?? address
    return `${host}/${host.includes(":") ? 128 : 32}`
  })
}
