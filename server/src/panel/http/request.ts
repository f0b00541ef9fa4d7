import type { Access } from "@tundeck/shared"
import type { Identity } from "../auth/identity.ts"

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the sign-in hook; null on public routes. */
    identity: Identity | null
  }
  interface FastifyContextConfig {
    /** Who may call. Left out, any route wants a sign-in: there is no way to forget it. */
    access?: Access
  }
}
