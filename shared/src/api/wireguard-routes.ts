import { z } from "zod"
import {
  inviteAccept,
  inviteClaimed,
  inviteCreate,
  inviteCreated,
  inviteView,
  tunnelImported,
  wgQuickImport,
} from "../model/invite.ts"
import { tunnelView } from "../model/tunnel.ts"
import { defineRoute, listOf } from "./route.ts"
import { identified } from "./tunnel-routes.ts"

const inviteOfTunnel = identified.extend({ invite: z.string().min(1).max(64).describe("The invite's id") })
const makesBoth = [
  "tunnel-exists",
  "interface-exists",
  "interface-held",
  "address-refused",
  "route-refused",
  "setting-refused",
  "device-missing",
  "device-denied",
  "capability-missing",
  "engine-unavailable",
] as const

/** The part of `routes` that is about keys, invites and files of wireguard tunnels. */
export const wireguardRoutes = {
  rotateKey: defineRoute({
    method: "POST",
    path: "/tunnels/:id/keys/rotate",
    access: "admin",
    tag: "tunnels",
    summary: "Give a wireguard tunnel a new key; the one before stays good until it is retired",
    description:
      "No session ends. Handshakes that a peer begins are answered with whichever of the two keys it knows; those that this side begins use the new one. Give each peer the new `security.publicKey`, and retire `security.previousPublicKey` when all have it.",
    params: identified,
    answer: tunnelView,
    problems: ["tunnel-not-found", "tunnel-without-keys", "previous-key-in-use", "engine-unavailable"],
  }),
  retireKey: defineRoute({
    method: "POST",
    path: "/tunnels/:id/keys/retire",
    access: "admin",
    tag: "tunnels",
    summary: "Forget the key before the rotation: whoever still uses it is not answered any more",
    params: identified,
    answer: tunnelView,
    problems: ["tunnel-not-found", "tunnel-without-keys", "engine-unavailable"],
  }),
  listInvites: defineRoute({
    method: "GET",
    path: "/tunnels/:id/invites",
    access: "viewer",
    tag: "tunnels",
    summary: "Invites of a wireguard tunnel, the newest first",
    params: identified,
    answer: listOf(inviteView),
    problems: ["tunnel-not-found"],
  }),
  createInvite: defineRoute({
    method: "POST",
    path: "/tunnels/:id/invites",
    access: "admin",
    tag: "tunnels",
    summary: "Invite somebody: adds a peer, and answers all that the other side needs, once",
    description:
      "The peer is let in at once, and removed again if it has not connected before the invite expires. Its private key is made here and is not kept: this answer has it, and the link gives it out once.",
    params: identified,
    body: inviteCreate,
    answer: inviteCreated,
    status: 201,
    problems: ["tunnel-not-found", "tunnel-without-keys", "peer-exists", "engine-unavailable"],
  }),
  revokeInvite: defineRoute({
    method: "DELETE",
    path: "/tunnels/:id/invites/:invite",
    access: "admin",
    tag: "tunnels",
    summary: "Take an invite back: the peer is cut off and removed, unless it has connected before",
    params: inviteOfTunnel,
    answer: null,
    problems: ["tunnel-not-found", "invite-not-found", "engine-unavailable"],
  }),
  claimInvite: defineRoute({
    method: "GET",
    path: "/invites/:token",
    once: true,
    access: "public",
    tag: "tunnels",
    summary: "What was invited to: answered once, to whoever has the token",
    params: z.strictObject({ token: z.string().regex(/^[\w-]{43}$/, "This is no token of an invite.") }),
    answer: inviteClaimed,
    problems: ["invite-not-found", "invite-gone", "rate-limited", "store-full"],
  }),
  acceptInvite: defineRoute({
    method: "POST",
    path: "/tunnels/accept",
    access: "admin",
    tag: "tunnels",
    summary: "Accept an invite of another Tundeck: makes the interface and the tunnel",
    body: inviteAccept,
    answer: tunnelImported,
    status: 201,
    problems: [...makesBoth, "invite-gone"],
  }),
  importTunnel: defineRoute({
    method: "POST",
    path: "/tunnels/import",
    access: "admin",
    tag: "tunnels",
    summary: "Make interface and tunnel from a file of wg-quick(8)",
    description:
      "Commands (PreUp, PostUp, PreDown, PostDown) and SaveConfig are refused and never run. What is wrong is told with the number of its line. Without a PrivateKey one is made.",
    body: wgQuickImport,
    answer: tunnelImported,
    status: 201,
    problems: makesBoth,
  }),
  exportTunnel: defineRoute({
    method: "GET",
    path: "/tunnels/:id/export",
    access: "admin",
    tag: "tunnels",
    summary: "A wireguard tunnel as a file of wg-quick(8), without its secrets",
    description: "Private and preshared keys do not leave: comments say where they belong.",
    params: identified,
    query: z.strictObject({ format: z.enum(["wg-quick"]) }),
    answer: z.object({ format: z.string(), files: z.array(z.object({ name: z.string(), text: z.string() })) }),
    problems: ["tunnel-not-found", "tunnel-without-keys", "engine-unavailable"],
  }),
} as const
