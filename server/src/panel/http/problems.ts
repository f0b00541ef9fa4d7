import { Problem } from "@tundeck/shared"
import type { FastifyReply, FastifyRequest } from "fastify"

const fastifyCodes: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem("body-too-large", "A body has at most 1 MB."),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem("content-type-refused"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Problem("body-not-json", "The body is cut: it is not as long as announced."),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem("body-not-json"),
  FST_ERR_BAD_URL: () => new Problem("route-not-found"),
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
