import { formatEndpoint, Problem } from "@tundeck/shared"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { sessionCookieOf } from "./session-cookie.ts"

export interface OwnAddress {
  listen: { host: string; port: number }
  /** Exact origins beside our own address. */
  origins: string[]
  secure: boolean
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"])

/**
 * Host and Origin, on every request before anything else (R7). Allowed are the listen address, the names of loopback with its port,
 * the origins of the settings, and the very address that the connection came to: no name that an attacker owns is among them.
 */
export function guardHostAndOrigin(app: FastifyInstance, own: OwnAddress): void {
  const scheme = own.secure ? "https" : "http"
  const names = [own.listen.host, "localhost", "127.0.0.1", "::1"]
  const origins = new Set([...names.map((host) => originOf(scheme, host, own.listen.port)), ...own.origins])
  const hosts = new Set([...origins].map((origin) => new URL(origin).host))

  app.addHook("onRequest", async (request) => {
    const reached = reachedOrigin(request, scheme)
    const host = request.headers.host?.toLowerCase()
    if (host === undefined || !(hosts.has(withoutDefaultPort(host, scheme)) || isHostOf(reached, host, scheme))) {
      throw new Problem(
        "host-refused",
        "Set TUNDECK_ORIGINS to the address that people use, e.g. https://tundeck.example.org",
      )
    }
    if (safeMethods.has(request.method) && request.headers.upgrade === undefined) return
    const { origin } = request.headers
    if (origin === undefined) {
      if (usesCookie(request, own.secure))
        throw new Problem("origin-refused", "A browser says where a request comes from.")
      return
    }
    if (!origins.has(origin) && origin !== reached) throw new Problem("origin-refused")
  })
}

/** The cookie decides only when there is no token: a token is sent on purpose, a cookie by any page. */
function usesCookie(request: FastifyRequest, secure: boolean): boolean {
  return request.headers.authorization === undefined && sessionCookieOf(request, secure) !== undefined
}

/** Where the connection came to: our side of the socket. */
function reachedOrigin(request: FastifyRequest, scheme: string): string | undefined {
  const { localAddress, localPort } = request.socket
  if (localAddress === undefined || localPort === undefined) return undefined
  return originOf(scheme, localAddress.replace(/^::ffff:(?=\d+\.)/, ""), localPort)
}

/** As browsers write it: without the scheme's own port. */
function originOf(scheme: string, host: string, port: number): string {
  return new URL(`${scheme}://${formatEndpoint({ host, port })}`).origin
}

function isHostOf(origin: string | undefined, host: string, scheme: string): boolean {
  return origin !== undefined && new URL(origin).host === withoutDefaultPort(host, scheme)
}

function withoutDefaultPort(host: string, scheme: string): string {
  return host.replace(scheme === "https" ? /:443$/ : /:80$/, "")
}
