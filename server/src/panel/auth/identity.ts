import type { Access, Role } from "@tundeck/shared"

/** Who makes a request. */
export interface Identity {
  /** The account's or the token's name. */
  name: string
  role: Role
  via: "session" | "token"
  /** Names the session or token, not its secret: what was opened with it closes when it ends. */
  credential: string
}

export function mayCall(role: Role, access: Access): boolean {
  return access !== "admin" || role === "admin"
}

/** How the audit names who did it. */
export function actorOf(identity: Identity): string {
  return identity.via === "token" ? `token ${identity.name}` : identity.name
}
