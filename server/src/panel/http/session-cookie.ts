import "@fastify/cookie"
import type { FastifyReply, FastifyRequest } from "fastify"
import { absoluteMs } from "../auth/sessions.ts"

/**
 * Cookies know hosts, not ports: with the port in their name, two panels of one machine do not sign each other's people out.
 * Under TLS the `__Host-` prefix makes browsers insist on Secure, Path=/ and no Domain.
 */
function nameOf({ headers: { host = "" } }: FastifyRequest, secure: boolean): string {
  const port = /:(\d+)$/.exec(host)?.[1]
  const name = port === undefined ? "tundeck_session" : `tundeck_session_${port}`
  return secure ? `__Host-${name}` : name
}

export function sessionCookieOf(request: FastifyRequest, secure: boolean): string | undefined {
  return request.cookies[nameOf(request, secure)]
}

export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  const maxAge = absoluteMs / 1000
  reply.setCookie(nameOf(reply.request, secure), secret, {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure,
    maxAge,
  })
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(nameOf(reply.request, secure), { httpOnly: true, sameSite: "strict", path: "/", secure })
}
