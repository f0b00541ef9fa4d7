import { z } from "zod"
import { endpoint, network, tunnelName } from "./fields.ts"

/** What a wireguard tunnel is made of. Secrets go in and never come out: every view here lists what may be shown. */

export const mostPeers = 1000
export const mostAllowedIps = 256

/** 32 bytes in 43 characters and a sign: the last character carries four bits alone, so that there is one way to write a key. */
const keyText = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/
const zeroKey = `${"A".repeat(43)}=`

export const wireguardKey = z
  .string()
  .regex(keyText, "Write a key as WireGuard does: 32 bytes in base64, which is 44 characters with = at the end.")
  .refine((text) => text !== zeroKey, "The all-zero key is no key.")

/** base64 as it stands in URLs, with or without the sign at the end, to the one way in which keys are saved. */
export function keyOfUrl(text: string): string {
  return `${text.replaceAll("-", "+").replaceAll("_", "/").replace(/=$/, "")}=`
}

const wireguardPeerShape = {
  name: tunnelName.describe("Its name on this tunnel"),
  publicKey: wireguardKey.describe("Who it is: whoever proves to have the private key to it, wherever it calls from"),
  presharedKey: wireguardKey.describe(
    "A second secret that both sides know, against those who record now and break the key exchange later. Never shown again",
  ),
  allowedIps: z
    .array(network)
    .max(mostAllowedIps)
    .describe(
      "On tun: the networks behind this peer; what goes there is sent to it, and it may use them as inner sources. A network is one peer's: given to another one, it moves there",
    ),
  endpoint: endpoint.describe(
    "Where it is called first, e.g. peer.example.org:51820; it may move, and is answered where it was heard last. Left out: it calls",
  ),
  keepaliveSeconds: z
    .int("A whole number of seconds.")
    .min(0, "From 0 to 65,535 seconds.")
    .max(65_535, "From 0 to 65,535 seconds.")
    .describe(
      "Send something at least so often, so that a NAT keeps the way to us open, e.g. 25; 0: only when there is something to say",
    ),
  enabled: z.boolean().describe("false: its session ends at once, and nothing from it is answered"),
  expiresAt: z
    .int("Unix time in ms.")
    .min(0)
    .describe("Unix time in ms: from then on it is treated as if it were not enabled"),
}
const { allowedIps, keepaliveSeconds, enabled } = wireguardPeerShape

/** As the engine runs it and the store keeps it. */
export const wireguardPeer = z.strictObject({
  ...wireguardPeerShape,
  presharedKey: wireguardPeerShape.presharedKey.optional(),
  endpoint: wireguardPeerShape.endpoint.optional(),
  expiresAt: wireguardPeerShape.expiresAt.optional(),
})

const whichPeer = "A wireguard peer is known by its publicKey, a peer of a clear-text hub by its address: give it."

/** As it is sent. Of a peer that is saved already, a preshared key that is left out stays. */
export const wireguardPeerCreate = wireguardPeer.extend({
  name: wireguardPeerShape.name.optional().describe("Left out: made from the beginning of its public key"),
  publicKey: z
    .string({ error: ({ input }) => (input === undefined ? whichPeer : undefined) })
    .pipe(wireguardKey)
    .describe(`${wireguardPeerShape.publicKey.description}`),
  presharedKey: wireguardPeerShape.presharedKey
    .nullable()
    .optional()
    .describe(`${wireguardPeerShape.presharedKey.description}. Left out: the saved one stays, if any; null: none`),
  allowedIps: allowedIps.default([]),
  keepaliveSeconds: keepaliveSeconds.default(0),
  enabled: enabled.default(true),
})

/** What is left out stays as it is; null takes away. */
export const wireguardPeerPatch = z
  .strictObject({
    ...wireguardPeerShape,
    publicKey: wireguardKey.describe("Another key: the session with the old one ends at once"),
    presharedKey: wireguardPeerShape.presharedKey.nullable(),
    endpoint: wireguardPeerShape.endpoint.nullable(),
    expiresAt: wireguardPeerShape.expiresAt.nullable(),
    allowedIps: allowedIps.nullable().describe("A new list; null: none"),
  })
  .partial()

/** As it is shown. */
export const wireguardPeerView = z.object({
  name: z.string(),
  publicKey: z.string(),
  hasPresharedKey: z.boolean(),
  allowedIps: z.array(z.string()),
  endpoint: z.string().optional(),
  keepaliveSeconds: z.number(),
  enabled: z.boolean(),
  expiresAt: z.number().optional(),
})

interface Named {
  name?: string | undefined
  publicKey: string
}

function refuseTwice(peers: readonly Named[], context: z.RefinementCtx): void {
  for (const field of ["name", "publicKey"] as const) {
    const seen = new Set<string>()
    peers.forEach((peer, i) => {
      const value = peer[field]
      if (value === undefined) return
      const message = `Another peer has the ${field === "name" ? "name" : "public key"} ${value}.`
      if (seen.has(value)) context.addIssue({ code: "custom", path: [i, field], message })
      seen.add(value)
    })
  }
}

/** TAI64N in nanoseconds, decimal. */
export const stamp = z.string().regex(/^(0|[1-9]\d{0,29})$/, "A whole number of nanoseconds.")

const tooMany = "A tunnel has at most 1,000 peers."
const kind = z.literal("wireguard").describe("The WireGuard protocol: encrypted, and any WireGuard peer can connect")
const privateKey = wireguardKey.describe("Never shown again. Left out: the saved one stays, or one is made")

/** As it is sent. */
export const wireguardCreate = z.strictObject({
  kind,
  privateKey: privateKey.optional(),
  peers: z
    .array(wireguardPeerCreate)
    .max(mostPeers, tooMany)
    .superRefine(refuseTwice)
    .optional()
    .describe("Who may connect. Left out on a change: they stay"),
})

/** As the engine runs it and the store keeps it. */
export const wireguardConfig = z.strictObject({
  kind,
  privateKey: wireguardKey,
  previousPrivateKey: wireguardKey.optional().describe("Still answered to after a rotation, until it is retired"),
  stampedAfter: stamp
    .optional()
    .describe("TAI64N in nanoseconds: every handshake of ours bears a later time, whatever the clock says"),
  peers: z.array(wireguardPeer).max(mostPeers, tooMany).superRefine(refuseTwice),
})

/** As it is shown. */
export const wireguardView = z.object({
  kind,
  publicKey: z.string().describe("What the peers know this tunnel by"),
  previousPublicKey: z
    .string()
    .nullable()
    .describe("The one before the rotation: still answered to, until it is retired; null: there is none"),
  peers: z.array(wireguardPeerView),
})

export const movedNetwork = z.object({
  network: z.string(),
  from: z.string().describe("The peer's name"),
  to: z.string().describe("The peer's name"),
})

/** One network is one peer's: of two that have it, the later one. Answers the peers so, and what moved. */
export function moveNetworks<P extends { name: string; allowedIps: string[] }>(
  peers: readonly P[],
): { peers: P[]; moved: MovedNetwork[] } {
  const owners = new Map<string, string>()
  const moved: MovedNetwork[] = []
  for (const { name, allowedIps } of peers) {
    for (const network of allowedIps) {
      const from = owners.get(network)
      if (from !== undefined && from !== name) moved.push({ network, from, to: name })
      owners.set(network, name)
    }
  }
  const kept = ({ name, allowedIps }: P) => [...new Set(allowedIps)].filter((network) => owners.get(network) === name)
  return { peers: peers.map((peer) => ({ ...peer, allowedIps: kept(peer) })), moved }
}

/** A name for a peer that was given none: the beginning of its public key, told apart from the names that are taken. */
export function peerNameOf(publicKey: string, taken: ReadonlySet<string>): string {
  const name = publicKey.slice(0, 8).toLowerCase().replaceAll(/[+/]/g, "-").replace(/^-/, "0")
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}-${number}`)) number += 1
  return `${name}-${number}`
}

export type WireguardPeer = z.infer<typeof wireguardPeer>
export type WireguardPeerCreate = z.infer<typeof wireguardPeerCreate>
export type WireguardPeerPatch = z.infer<typeof wireguardPeerPatch>
export type WireguardPeerView = z.infer<typeof wireguardPeerView>
export type WireguardCreate = z.infer<typeof wireguardCreate>
export type WireguardConfig = z.infer<typeof wireguardConfig>
export type MovedNetwork = z.infer<typeof movedNetwork>
