import type { Socket } from "node:net"
import { Problem } from "@tundeck/shared"
import type { FastifyReply, FastifyRequest } from "fastify"

const fastifyCodes: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem("body-too-large", "A body has at most 1 MB."),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem("content-type-refused"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Problem("body-not-json", "The body is cut: it is not as long as announced."),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem("body-not-json"),
  FST_ERR_BAD_URL: () => new Problem("request-malformed", "The path is not well-formed; a % is written %25."),
  FST_UNDER_PRESSURE: () => new Problem("overloaded"),
}

/** Anything thrown, as the problem that the caller is told. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!(error instanceof Error)) return new Problem("internal")
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  const known = fastifyCodes[code]
  if (known) return known()
  const status = "statusCode" in error ? error.statusCode : undefined
  if (status === 429) return new Problem("rate-limited", error.message)
  if (status === 400) return new Problem("body-not-json")
  return new Problem("internal")
}

/** The one place where an error becomes an answer (RFC 9457). `internal` says no more than that. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error)
  const { detail, ...document } = problem.toDocument()
  if (problem.code === "internal") request.log.error({ err: error }, "a request failed")
  const body = problem.code === "internal" || detail === undefined ? document : { ...document, detail }
  return reply.code(document.status).type("application/problem+json").send(JSON.stringify(body))
}

const unreadable: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "Path and headers have at most 16 KB.",
  ERR_HTTP_REQUEST_TIMEOUT: "It did not come whole in time.",
}

/** What never became a request, answered on the bare connection, which then ends. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(new Problem("request-malformed", unreadable[error.code ?? ""]).toDocument())
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: application/problem+json", "Cache-Control: no-store"]
  socket.end(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
