import { randomBytes } from "node:crypto"
import { ipFamily, parseEndpoint, type TunnelConfig, type WireguardPeer } from "@tundeck/shared"
import type { InterfaceFacts } from "../ports.ts"
import type { NumericEndpoint, RelayEnds, RelayPeer, RelaySecurity } from "../relay/messages.ts"
import type { PlacedPeer } from "./places.ts"
import { endpointOf, isWireguard, noPrivateKey } from "./wireguard-device.ts"

/** What a worker is told of the encryption, from what a person wants of it. */

/** Without a private key nobody is let in, and the worker has one that nobody knows. */
export function relaySecurity({ security }: TunnelConfig): RelaySecurity {
  if (security.kind === "none") return { kind: "none" }
  const { privateKey, previousPrivateKey, stampedAfter = "0" } = security
  return {
    kind: "wireguard",
    privateKey: privateKey === noPrivateKey ? new Uint8Array(randomBytes(32)) : bytesOf(privateKey),
    previousPrivateKey: previousPrivateKey === undefined ? null : bytesOf(previousPrivateKey),
    stampedAfter: BigInt(stampedAfter),
  }
}

export function hasSameKeys({ security: a }: TunnelConfig, { security: b }: TunnelConfig): boolean {
  if (a.kind === "none" || b.kind === "none") return a.kind === b.kind
  return a.privateKey === b.privateKey && a.previousPrivateKey === b.previousPrivateKey
}

export function wireguardEnds({ listen }: TunnelConfig["transport"]): RelayEnds {
  const local = parseEndpoint(listen ?? "")
  return { role: "open", local: local === undefined ? null : { address: local.host, port: local.port } }
}

/** On tap a peer without networks may use any. */
export function wireguardRelayPeer(
  config: TunnelConfig,
  { resolved }: Pick<PlacedPeer, "resolved">,
  peer: WireguardPeer,
  facts: Pick<InterfaceFacts, "kind">,
): RelayPeer {
  const { allowedIps, enabled, publicKey, presharedKey, keepaliveSeconds, expiresAt = null } = peer
  const { remotes, named } = calledAt(config, peer)
  const isAny = facts.kind === "tap" && allowedIps.length === 0
  const hasKey = isWireguard(config) && config.security.privateKey !== noPrivateKey
  return {
    address: "",
    allowed: isAny ? null : allowedIps,
    enabled: enabled && hasKey,
    wireguard: {
      publicKey: bytesOf(publicKey),
      presharedKey: presharedKey === undefined ? null : bytesOf(presharedKey),
      keepaliveSeconds,
      expiresAt,
      remotes: named ? resolved : remotes,
      named,
    },
  }
}

function calledAt(config: TunnelConfig, peer: WireguardPeer): { remotes: NumericEndpoint[]; named: boolean } {
  const endpoint = parseEndpoint((isWireguard(config) && endpointOf(config, peer)) || "")
  if (endpoint === undefined) return { remotes: [], named: false }
  const named = ipFamily(endpoint.host) === undefined
  return { named, remotes: named ? [] : [{ address: endpoint.host, port: endpoint.port }] }
}

function bytesOf(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, "base64"))
}
