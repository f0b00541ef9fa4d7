import { type CarrierKind, carrierKinds, parseWgQuick, tunnelName } from "@tundeck/shared"
import { z } from "zod"

/** What a code says of itself, before it is accepted. */
export interface CodePreview {
  /** The tunnel's name on the inviting side. */
  tunnel: string
  kind: "tun" | "tap"
  transport: CarrierKind
  /** Of the interface that is made. */
  addresses: string[]
  /** Where the inviting side is called; null: it calls. */
  endpoint: string | null
  /** What is reached through it. */
  networks: string[]
  publicKey: string
  /** Unix ms. */
  expiresAt: number
}

const content = z.object({
  tunnel: tunnelName,
  interfaceKind: z.enum(["tun", "tap"]),
  transport: z.object({ kind: z.enum(carrierKinds) }),
  expiresAt: z.number(),
  conf: z.string(),
})
const mark = "tundeck-invite-"

/** undefined: it is no code, or not the whole of it. The panel has the last word. */
export function previewOf(code: string): CodePreview | undefined {
  const text = code.replaceAll(/\s/g, "")
  if (!text.startsWith(mark)) return undefined
  const parsed = content.safeParse(jsonOf(text.slice(mark.length))).data
  if (parsed === undefined) return undefined
  const { conf, faults } = parseWgQuick(parsed.conf)
  const [peer] = conf.peers
  if (faults.length > 0 || peer === undefined) return undefined
  return {
    tunnel: parsed.tunnel,
    kind: parsed.interfaceKind,
    transport: parsed.transport.kind,
    addresses: conf.addresses,
    endpoint: peer.endpoint,
    networks: peer.allowedIps,
    publicKey: peer.publicKey,
    expiresAt: parsed.expiresAt,
  }
}

function jsonOf(base64url: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
