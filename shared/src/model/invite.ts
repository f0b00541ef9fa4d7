import { z } from "zod"
import { endpoint, interfaceAddress, interfaceName, ipAddress, network, tunnelName } from "./fields.ts"
import { tunnelView } from "./tunnel.ts"
import { mostAllowedIps } from "./wireguard.ts"

const leastSeconds = 60
const mostSeconds = 30 * 86_400
export const defaultInviteSeconds = 86_400
const expiryWords = "From 60 seconds to 30 days (2,592,000 seconds)."

/** POST /tunnels/{id}/invites */
export const inviteCreate = z.strictObject({
  name: tunnelName.describe("The new peer's name on this tunnel"),
  allowedIps: z
    .array(network)
    .min(1, "Give at least one: the address inside the tunnel that the new peer shall have, e.g. 10.9.0.2/32.")
    .max(mostAllowedIps)
    .describe("The addresses inside the tunnel that the new peer shall have, e.g. 10.9.0.2/32, and networks behind it"),
  addresses: z
    .array(interfaceAddress)
    .min(1)
    .max(16)
    .optional()
    .describe(
      "Of its interface; left out: the single addresses among allowedIps, each with the length of the network of ours that it is in",
    ),
  routes: z
    .array(network)
    .max(mostAllowedIps)
    .optional()
    .describe("What it reaches through this tunnel; left out: the networks of our interface's addresses"),
  endpoint: endpoint
    .optional()
    .describe(
      "Where it reaches this tunnel from outside, e.g. vpn.example.org:51820; left out: the address that the tunnel listens on, or that this request came to",
    ),
  dns: z.array(ipAddress).max(4).default([]).describe("Name servers for apps that set them"),
  keepaliveSeconds: z.int().min(0).max(65_535).default(25).describe("How often it sends something at least"),
  withPresharedKey: z.boolean().default(true).describe("Make a preshared key, too"),
  form: z
    .enum(["tundeck", "conf"])
    .default("tundeck")
    .describe("For whom: another Tundeck; or any WireGuard app, which is refused where such an app could not connect"),
  expiresInSeconds: z
    .int()
    .min(leastSeconds, expiryWords)
    .max(mostSeconds, expiryWords)
    .default(defaultInviteSeconds)
    .describe("If the new peer has not connected by then, it is removed again"),
})

export const inviteStates = ["open", "claimed", "used", "expired"] as const

export const inviteView = z.object({
  id: z.string(),
  peer: z.string().describe("The peer's name"),
  publicKey: z.string().describe("The peer's"),
  state: z
    .enum(inviteStates)
    .describe(
      "open: nobody has asked for it; claimed: the link has been used; used: the peer has connected; expired: it never did, and is removed",
    ),
  createdBy: z.string(),
  createdAt: z.number().describe("Unix time in ms"),
  expiresAt: z.number().describe("Unix time in ms"),
})

/** What an invited side needs: secret, and given out once. */
const invitation = {
  code: z.string().describe("For another Tundeck: what POST /tunnels/accept takes"),
  conf: z.string().nullable().describe("The same for any WireGuard app; null where such an app could not connect"),
}

export const inviteCreated = z.object({
  invite: inviteView,
  ...invitation,
  token: z.string().describe("Opens GET /invites/{token}, once. Shown here and never again"),
  path: z
    .string()
    .describe(
      "The page behind the link that is sent to the invited side: it asks for the invitation once it is told to",
    ),
})

export const inviteClaimed = z.object({ tunnel: z.string(), ...invitation })

/** POST /tunnels/accept */
export const inviteAccept = z.strictObject({
  code: z.string().min(1, "Paste the code.").max(100_000),
  name: tunnelName.optional().describe("Of the tunnel; left out: as the inviting side names it"),
  interface: interfaceName.optional().describe("Of the interface that is made for it; left out: the tunnel's name"),
  autostart: z.boolean().default(true),
})

/** POST /tunnels/import */
export const wgQuickImport = z.strictObject({
  name: tunnelName,
  interface: interfaceName.optional().describe("Of the interface that is made for it; left out: the tunnel's name"),
  conf: z.string().min(1, "Paste the file.").max(262_144, "At most 262,144 characters."),
  autostart: z.boolean().default(true),
})

export const tunnelImported = z.object({
  tunnel: tunnelView,
  interface: z.string().describe("The interface that was made for it"),
  notes: z.array(z.string()).describe("What was taken otherwise than it was written, in words"),
})

export type InviteCreate = z.infer<typeof inviteCreate>
export type InviteView = z.infer<typeof inviteView>
export type InviteCreated = z.infer<typeof inviteCreated>
export type InviteClaimed = z.infer<typeof inviteClaimed>
export type InviteAccept = z.infer<typeof inviteAccept>
export type WgQuickImport = z.infer<typeof wgQuickImport>
export type TunnelImported = z.infer<typeof tunnelImported>
