import type { WireguardPeerView, wireguardPeerCreate, wireguardPeerPatch } from "@tundeck/shared"
import type { z } from "zod"
import { networkList, networkText } from "../../form/networks.ts"

type CreateBody = z.input<typeof wireguardPeerCreate>
type PatchBody = z.input<typeof wireguardPeerPatch>

/** What a person fills in about a peer. */
export interface KeyedPeerValues {
  name: string
  publicKey: string
  /** Networks with commas between them. */
  allowed: string
  endpoint: string
  keepaliveSeconds: number | string
  /** A second secret: as it is, the one that is written here, or none. */
  preshared: "keep" | "set" | "none"
  presharedKey: string
  /** As the browser writes a date and time: "2026-12-01T10:00"; empty: never. */
  expires: string
}

export function emptyPeer(allowed: string): KeyedPeerValues {
  return {
    name: "",
    publicKey: "",
    allowed,
    endpoint: "",
    keepaliveSeconds: 0,
    preshared: "none",
    presharedKey: "",
    expires: "",
  }
}

export function keyedPeerValues(peer: WireguardPeerView): KeyedPeerValues {
  return {
    name: peer.name,
    publicKey: peer.publicKey,
    allowed: networkText(peer.allowedIps),
    endpoint: peer.endpoint ?? "",
    keepaliveSeconds: peer.keepaliveSeconds,
    preshared: peer.hasPresharedKey ? "keep" : "none",
    presharedKey: "",
    expires: peer.expiresAt === undefined ? "" : localTime(peer.expiresAt),
  }
}

/** POST …/peers */
export function peerCreateBody(values: KeyedPeerValues): CreateBody {
  const { name, publicKey, allowed, endpoint, keepaliveSeconds, preshared, presharedKey, expires } = values
  return {
    ...(name.trim() !== "" && { name: name.trim() }),
    publicKey: publicKey.trim(),
    allowedIps: networkList(allowed),
    ...(endpoint.trim() !== "" && { endpoint: endpoint.trim() }),
    keepaliveSeconds: seconds(keepaliveSeconds),
    ...(preshared === "set" && { presharedKey: presharedKey.trim() }),
    ...(expires !== "" && { expiresAt: Date.parse(expires) }),
  }
}

/** PATCH …/peers/{peer}: only what was changed. */
export function peerPatchBody(values: KeyedPeerValues, peer: WireguardPeerView): PatchBody {
  const before = keyedPeerValues(peer)
  const changed = (field: keyof KeyedPeerValues) => values[field] !== before[field]
  return {
    ...(changed("name") && { name: values.name.trim() }),
    ...(changed("publicKey") && { publicKey: values.publicKey.trim() }),
    ...(changed("allowed") && { allowedIps: networkList(values.allowed) }),
    ...(changed("endpoint") && { endpoint: values.endpoint.trim() === "" ? null : values.endpoint.trim() }),
    ...(changed("keepaliveSeconds") && { keepaliveSeconds: seconds(values.keepaliveSeconds) }),
    ...(values.preshared === "set" && { presharedKey: values.presharedKey.trim() }),
    ...(values.preshared === "none" && peer.hasPresharedKey && { presharedKey: null }),
    ...(changed("expires") && { expiresAt: values.expires === "" ? null : Date.parse(values.expires) }),
  }
}

const seconds = (value: number | string): number => (value === "" ? 0 : Number(value))

/** Unix ms as a field for date and time wants it, in the viewer's own time zone, to the minute. */
export function localTime(time: number): string {
  const date = new Date(time)
  return new Date(time - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** A new preshared key: 32 random bytes in base64. */
export function newPresharedKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}
