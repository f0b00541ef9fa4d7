import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { carrierKinds, interfaceKind, tunnelName } from "@tundeck/shared"
import { z } from "zod"

/** All that an invited side needs: a file of wg-quick(8), and what such a file cannot say. */
export const invitation = z.strictObject({
  version: z.literal(1),
  /** The tunnel's name on the inviting side. */
  tunnel: tunnelName,
  interfaceKind,
  transport: z.strictObject({ kind: z.enum(carrierKinds), fallback: z.boolean().optional() }),
  /** Unix ms. */
  expiresAt: z.number(),
  conf: z.string(),
})
export type Invitation = z.infer<typeof invitation>

const mark = "tundeck-invite-"

/** One word that can be pasted. */
export function codeOf(content: Invitation): string {
  return mark + Buffer.from(JSON.stringify(content)).toString("base64url")
}

/** undefined: it is none, or not whole. */
export function invitationOf(code: string): Invitation | undefined {
  const text = code.replaceAll(/\s/g, "")
  if (!text.startsWith(mark)) return undefined
  try {
    const content: unknown = JSON.parse(Buffer.from(text.slice(mark.length), "base64url").toString())
    return invitation.safeParse(content).data
  } catch {
    return undefined
  }
}

/** What may be shown as a file: any WireGuard app speaks UDP, and IP packets. */
export function confOf({ transport, interfaceKind: kind, conf }: Invitation): string | null {
  return transport.kind === "udp" && kind === "tun" ? conf : null
}

const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16

/** Text under a key that only the token gives: whoever has the database alone has nothing. `id` is bound to it. */
export function seal(text: string, token: string, id: string): string {
  const salt = randomBytes(saltBytes)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv("aes-256-gcm", keyOf(token, salt), nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(id))
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]).toString("base64")
}

/** Throws when token or id are others, or when a bit of it was changed. */
export function unseal(sealed: string, token: string, id: string): string {
  const bytes = Buffer.from(sealed, "base64")
  const tagAt = saltBytes + nonceBytes
  const textAt = tagAt + tagBytes
  const nonce = bytes.subarray(saltBytes, tagAt)
  const key = keyOf(token, bytes.subarray(0, saltBytes))
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(id))
  decipher.setAuthTag(bytes.subarray(tagAt, textAt))
  return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString("utf8")
}

function keyOf(token: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", token, salt, "tundeck invite", 32))
}
