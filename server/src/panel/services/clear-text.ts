import { Problem } from "@tundeck/shared"

/** Clear text is never the default, and nothing else is silently made clear text (R10). `body` is a tunnel as it was sent, or a change to one. */
export function refuseUnaskedClearText(body: unknown, isChange: boolean): void {
  if (typeof body !== "object" || body === null) return
  if (isChange && !("security" in body)) return
  const security = "security" in body ? body.security : undefined
  const kind = typeof security === "object" && security !== null && "kind" in security ? security.kind : undefined
  if (kind === "none") return
  throw new Problem(
    "clear-text-not-asked",
    'This version has no encryption yet: security "wireguard" is not there. Whoever sits between the hosts could read and write ' +
      'along. If that is what you want, ask for it: "security": {"kind": "none"}.',
    [{ path: "security.kind", message: 'The one value now is "none": clear text.' }],
  )
}
