import type { WireGuardSession } from "../session/session.ts"

/** What the carriers ask of a session. */
export type Session = Pick<WireGuardSession, keyof WireGuardSession>
