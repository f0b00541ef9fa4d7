import "./request.ts"
import { Problem } from "@tundeck/shared"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { type Identity, mayCall } from "../auth/identity.ts"
import type { Sessions } from "../auth/sessions.ts"
import type { Tokens } from "../auth/tokens.ts"
import { sessionCookieOf } from "./session-cookie.ts"

export interface Credentials {
  sessions: Pick<Sessions, "identify">
  tokens: Pick<Tokens, "identify">
  secure: boolean
}

/**
 * The one hook that every request passes, also those that fit no route: nobody comes in without a session or a token, except to the
 * very routes whose own value says `access: "public"`. Viewers read; what a route keeps for admins is for admins (R2).
 */
export function requireSignIn(app: FastifyInstance, credentials: Credentials): void {
  app.decorateRequest("identity", null)
  app.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access ?? "viewer"
    if (access === "public") return
    const identity = identify(request, credentials)
    if (identity === undefined) throw new Problem("sign-in-required")
    if (!mayCall(identity.role, access)) {
      throw new Problem("role-too-low", `${identity.name} is a viewer: this is for admins.`)
    }
    request.identity = identity
  })
}

/** A token, when one is sent, decides alone: a wrong one is not mended by a cookie. */
function identify(request: FastifyRequest, { sessions, tokens, secure }: Credentials): Identity | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer ([\w-]{1,128})$/i.exec(authorization)?.[1]
    return token === undefined ? undefined : tokens.identify(token)
  }
  const secret = sessionCookieOf(request, secure)
  return secret === undefined ? undefined : sessions.identify(secret)
}
