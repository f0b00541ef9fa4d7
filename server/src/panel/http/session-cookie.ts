import "@fastify/cookie"
import type { FastifyReply, FastifyRequest } from "fastify"
import { absoluteMs } from "../auth/sessions.ts"

/** Under TLS the `__Host-` prefix makes browsers insist on Secure, Path=/ and no Domain. */
function nameOf(secure: boolean): string {
  return secure ? "__Host-tundeck_session" : "tundeck_session"
}

export function sessionCookieOf(request: FastifyRequest, secure: boolean): string | undefined {
  return request.cookies[nameOf(secure)]
}

export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  const maxAge = absoluteMs / 1000
  reply.setCookie(nameOf(secure), secret, { httpOnly: true, sameSite: "strict", path: "/", secure, maxAge })
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(nameOf(secure), { httpOnly: true, sameSite: "strict", path: "/", secure })
}
