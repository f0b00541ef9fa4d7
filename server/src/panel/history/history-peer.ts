import { keyOfUrl, Problem, type TunnelConfig } from "@tundeck/shared"

/** Whose history is meant: undefined is the tunnel's own, which an only peer shares. Throws Problem peer-not-found. */
export function historyPeer({ name, security }: TunnelConfig, wanted: string | undefined): string | undefined {
  if (wanted === undefined || (security.peers === undefined && wanted === name)) return undefined
  const peers =
    security.kind === "none"
      ? (security.peers ?? []).map(({ name }) => ({ name, key: name }))
      : security.peers.map(({ name, publicKey }) => ({ name, key: publicKey }))
  const found = peers.find((peer) => peer.name === wanted || peer.key === wanted || peer.key === keyOfUrl(wanted))
  if (found === undefined) throw new Problem("peer-not-found", `The tunnel ${name} has no peer ${wanted}.`)
  return security.kind === "wireguard" && peers.length === 1 ? undefined : found.key
}
