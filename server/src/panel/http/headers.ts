import helmet from "@fastify/helmet"
import type { FastifyInstance } from "fastify"

/** Security headers on every answer. Styles that the page makes at run time carry the nonce of their response. */
export async function addHeaders(app: FastifyInstance, secure: boolean): Promise<void> {
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  })
  app.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id)
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store")
  })
}
