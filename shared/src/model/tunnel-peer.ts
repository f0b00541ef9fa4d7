import { z } from "zod"
import { ipAddress, network, tunnelName } from "./fields.ts"
import { carrierKinds } from "./transport.ts"
import { mostPeers } from "./wireguard.ts"

/** Entries of a hub's table of MAC addresses that one peer may fill. */
export const mostMacsPerPeer = 1024
export const macAgeSeconds = 300

/** A peer of a clear-text hub: whoever calls from that address. */
const clearPeerShape = {
  name: tunnelName.describe("Its name on this hub"),
  address: ipAddress.describe("The one address from which this peer may call"),
  allowedIps: z
    .array(network)
    .max(256)
    .optional()
    .describe(
      "On tun: the networks behind this peer; what goes there is sent to it, and it may use them as inner sources. On tap: inner sources it may use, any when left out",
    ),
  enabled: z.boolean().describe("false: it is turned away, and cut off when it is connected"),
}
export const clearPeer = z.strictObject({ ...clearPeerShape, enabled: clearPeerShape.enabled.default(true) })

/** What is left out stays as it is. */
export const clearPeerPatch = z
  .strictObject({
    ...clearPeerShape,
    allowedIps: clearPeerShape.allowedIps.nullable().describe("A new list; null: as if it had been left out"),
  })
  .partial()

export const clearPeers = z
  .array(clearPeer)
  .max(mostPeers, "A hub has at most 1,000 peers.")
  .superRefine((peers, context) => {
    for (const field of ["name", "address"] as const) {
      const seen = new Set<string>()
      peers.forEach((peer, i) => {
        if (seen.has(peer[field])) {
          context.addIssue({
            code: "custom",
            path: [i, field],
            message: `Another peer has the ${field} ${peer[field]}.`,
          })
        }
        seen.add(peer[field])
      })
    }
    const owners = new Map<string, string>()
    peers.forEach((peer, i) => {
      for (const allowed of peer.allowedIps ?? []) {
        const owner = owners.get(allowed)
        if (owner !== undefined) {
          context.addIssue({ code: "custom", path: [i, "allowedIps"], message: `${allowed} is ${owner}'s already.` })
        }
        owners.set(allowed, peer.name)
      }
    })
  })

export const ciphers = ["chacha20-poly1305", "aes-256-gcm"] as const

const counted = z.object({ packets: z.number(), bytes: z.number(), dropped: z.number() })

export const tunnelPeerStatus = z.object({
  name: z.string().describe("The peer's name; the tunnel's own for a point-to-point tunnel"),
  address: z
    .string()
    .describe(
      "Who it is told to be; the endpoint that is called, for a calling tunnel. Of a wireguard peer where it was heard last, empty when it never was",
    ),
  enabled: z.boolean(),
  connected: z.boolean().describe("Of a wireguard peer: there are keys younger than 180 s"),
  remote: z.string().nullable().describe("Address and port while connected"),
  since: z.number().nullable().describe("Unix time in ms when it connected"),
  roundTripMs: z.number().nullable(),
  outbound: counted,
  inbound: counted,
  publicKey: z.string().nullable().describe("null for a peer of a clear-text tunnel, as is all that follows"),
  endpoint: z.string().nullable().describe("Where it is sent to now; null: not known"),
  lastHandshakeAt: z
    .number()
    .nullable()
    .describe("Unix time in ms of the last handshake that was completed; null: none was"),
  carrier: z.enum(carrierKinds).nullable().describe("What carries its messages now"),
  cipher: z.enum(ciphers).nullable().describe("What its packets are encrypted with; null without a session"),
  isTundeck: z.boolean().nullable().describe("Whether it is a Tundeck, too; null: not known"),
  expiresAt: z.number().nullable().describe("Unix time in ms from which it is not let in any more; null: never"),
})

export const macEntry = z.object({
  mac: z.string(),
  peer: z.string().nullable().describe("The peer behind which it was seen last; null: this host"),
  ageSeconds: z.number().describe("Since it was seen last; it is forgotten after 300"),
})

export type ClearPeer = z.infer<typeof clearPeer>
export type ClearPeerPatch = z.infer<typeof clearPeerPatch>
export type TunnelPeerStatus = z.infer<typeof tunnelPeerStatus>
export type MacEntry = z.infer<typeof macEntry>
