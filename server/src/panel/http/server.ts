import { randomBytes } from "node:crypto"
import { createServer as createHttpServer, type Server } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import cookie from "@fastify/cookie"
import rateLimit from "@fastify/rate-limit"
import underPressure from "@fastify/under-pressure"
import websocket from "@fastify/websocket"
import { fieldErrors, longestFilter, Problem, plainWords } from "@tundeck/shared"
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify"
import { z } from "zod"
import { guardHostAndOrigin, type OwnAddress } from "./guards.ts"
import { addHeaders } from "./headers.ts"
import { answerProblem, answerUnreadable } from "./problems.ts"
import { type Credentials, requireSignIn } from "./sign-in.ts"

export interface ServerOptions extends OwnAddress {
  credentials: Credentials
  logger: FastifyBaseLogger
  tls: { cert: Buffer; key: Buffer } | undefined
  /** Of so much delay of each turn of the event loop, on average of a second, it answers that it is overloaded; 2 s when left out. */
  overloadedAfterMs?: number | undefined
}

const bodyLimit = 1024 * 1024
const requestTimeoutMs = 30_000
const overloadedAfterMs = 2000
const idleConnectionMs = 90_000
/** The longest filter, were each of its characters escaped, and what stands around it. */
const largestLiveMessage = 6 * longestFilter + 1024

/** A server with all its guards and no routes yet. Errors of any kind leave it as problem documents. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    genReqId: () => randomBytes(9).toString("base64url"),
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket),
    serverFactory: (handler): Server => {
      const server = options.tls ? createHttpsServer(options.tls, handler) : createHttpServer(handler)
      server.requestTimeout = requestTimeoutMs
      server.setTimeout(idleConnectionMs)
      return server
    },
  })
  app.setValidatorCompiler(({ schema }) => validatorOf(schemaOf(schema)))
  app.setSerializerCompiler(({ schema }) => {
    const answer = schemaOf(schema)
    return (data) => JSON.stringify(answer.parse(data)) // what the schema does not name does not leave (R4)
  })
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler((request, reply) => answerProblem(new Problem("route-not-found"), request, reply))
  acceptJsonAlone(app)

  await app.register(cookie)
  await app.register(underPressure, {
    maxEventLoopDelay: options.overloadedAfterMs ?? overloadedAfterMs,
    sampleInterval: 1000,
  })
  await app.register(websocket, {
    options: { maxPayload: largestLiveMessage },
    // A viewer's own fault ends its connection; it does not fill our log.
    errorHandler: (error, socket, request) => {
      request.log.debug({ err: error }, "a live connection failed")
      socket.terminate()
    },
  })
  await addHeaders(app, options.secure)
  guardHostAndOrigin(app, options)
  requireSignIn(app, options.credentials)
  await app.register(rateLimit, { global: false })
  return app
}

/** One content type (R8). An empty body is no body, whatever its type says. */
function acceptJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error")
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/json(; ?charset=utf-8)?$/i, { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body.toString(), (error, value) => done(error && notJson(body.toString()), value))
  })
}

/** Fastify's parser says only that it failed. */
function notJson(text: string): Problem {
  try {
    JSON.parse(text)
    return new Problem(
      "body-not-json",
      "No object may have a field __proto__, nor a field constructor with a prototype.",
    )
  } catch (error) {
    return new Problem("body-not-json", `The body cannot be read: ${withoutExcerpt(error)}`)
  }
}

/** The runtime quotes from around the fault: there may stand a secret. */
function withoutExcerpt(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, (\.\.\.)?".*$/s, "") : String(error)
}

function validatorOf(schema: z.ZodType) {
  return (data: unknown) => {
    const parsed = schema.safeParse(data, { error: plainWords })
    if (parsed.success) return { value: parsed.data }
    return { error: new Problem("validation-failed", undefined, fieldErrors(parsed.error)) }
  }
}

function schemaOf(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema
  throw new TypeError("routes are described by zod schemas")
}
