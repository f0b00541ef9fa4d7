import { z } from "zod"
import { network } from "./fields.ts"
import type { Transport } from "./transport.ts"
import { type ClearPeer, clearPeers } from "./tunnel-peer.ts"
import { mostAllowedIps, wireguardConfig, wireguardCreate, wireguardView } from "./wireguard.ts"

/** Clear text is only ever asked for by name. */
const clearText = z.strictObject({
  kind: z.literal("none").describe("Clear text: whoever sits between the hosts reads and writes along"),
  allowedIps: z
    .array(network)
    .max(mostAllowedIps)
    .optional()
    .describe(
      "Inner sources that the peer may use; left out on tun: the networks of the interface's addresses and routes",
    ),
  peers: clearPeers.optional().describe("Makes the tunnel a hub: it listens, and each of these may call"),
})

const kindWords = { error: 'Write "wireguard", or "none" if clear text is what you want.' }

/** As it is sent; on a change `wireguard` keeps the secrets that it does not name. */
export const securityCreate = z.discriminatedUnion("kind", [wireguardCreate, clearText], kindWords)
/** As the engine runs it and the store keeps it: with its secrets. */
export const securityConfig = z.discriminatedUnion("kind", [wireguardConfig, clearText], kindWords)
/** As it is shown. */
export const securityView = z.discriminatedUnion("kind", [wireguardView, clearText])

export type SecurityCreate = z.infer<typeof securityCreate>
export type SecurityConfig = z.infer<typeof securityConfig>
export type SecurityView = z.infer<typeof securityView>

type AnySecurity = { kind: "none"; peers?: ClearPeer[] | undefined } | { kind: "wireguard" }

/** The peers of a clear-text hub; undefined for any other tunnel. */
export function clearPeersOf(security: AnySecurity): ClearPeer[] | undefined {
  return security.kind === "none" ? security.peers : undefined
}

interface MayConnect {
  enabled: boolean
  expiresAt?: number | undefined
}

/** Of "x of y peers are connected", the y: enabled peers that have not expired, or the one of a point-to-point tunnel. */
export function peersExpected(
  { security }: { security: { peers?: MayConnect[] | undefined } },
  now = Date.now(),
): number {
  return security.peers?.filter(({ enabled, expiresAt }) => enabled && (expiresAt ?? now + 1) > now).length ?? 1
}

interface Ends {
  transport: Transport
  security:
    | { kind: "none"; allowedIps?: string[] | undefined; peers?: unknown[] | undefined }
    | { kind: "wireguard"; peers?: { endpoint?: string | undefined }[] | undefined }
}

/** What transport and security can only say together. */
export function checkEnds({ transport, security }: Ends, context: z.RefinementCtx): void {
  const complain = (path: string[], message: string) => context.addIssue({ code: "custom", path, message })
  const { listen, connect, peer, fallback } = transport
  if (transport.kind === "responder") {
    if (security.kind !== "none" || security.peers !== undefined || security.allowedIps !== undefined) {
      complain(["security"], 'A responder has no peer, so that nothing leaves this host: "security": {"kind": "none"}.')
    }
    return
  }
  if (security.kind === "wireguard") {
    const clearTextOnly = ["peer", "framing", "allowPublicPeer"] as const
    for (const field of clearTextOnly.filter((name) => transport[name] !== undefined)) {
      complain(["transport", field], 'Only for clear text, which is asked for by name: "security": {"kind": "none"}.')
    }
    const { peers = [] } = security
    if (connect !== undefined && peers.length > 1) {
      complain(["transport", "connect"], "With more than one peer each has its own endpoint: leave this out.")
    } else if (connect !== undefined && peers.some(({ endpoint }) => endpoint !== undefined)) {
      complain(["transport", "connect"], "The peer has an endpoint already: leave one of the two out.")
    }
    return
  }
  const isHub = security.peers !== undefined
  if ((listen === undefined) === (connect === undefined)) {
    complain(["transport", "connect"], "Give either listen or connect.")
  }
  if (fallback !== undefined) complain(["transport", "fallback"], "Only wireguard falls back: leave this out.")
  if (listen !== undefined && peer === undefined && !isHub) {
    complain(
      ["transport", "peer"],
      "A listening clear-text tunnel takes only peers that are named: give the one address that may call, or security.peers for a hub.",
    )
  }
  if (!isHub) return
  if (listen === undefined) complain(["transport", "listen"], "A hub listens: its peers call.")
  if (peer !== undefined) complain(["transport", "peer"], "A hub's peers are in security.peers: leave this out.")
  if (security.allowedIps !== undefined) {
    complain(["security", "allowedIps"], "Each peer of a hub has its own allowedIps: leave this out.")
  }
}
