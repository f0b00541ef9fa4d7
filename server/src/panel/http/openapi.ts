import { type ApiRoute, type ProblemCode, problemDocument, problems } from "@tundeck/shared"
import type { FastifySchema } from "fastify"
import { z } from "zod"

/** What any route of a kind may answer beside its own problems. */
export function problemsOf(route: ApiRoute): ProblemCode[] {
  const changes = route.method !== "GET"
  const codes: ProblemCode[] = ["host-refused", "overloaded", "internal", ...route.problems]
  if (route.access !== "public") codes.push("sign-in-required")
  if (route.access === "admin") codes.push("role-too-low")
  if (changes) codes.push("origin-refused", "store-full", "content-type-refused", "body-not-json", "body-too-large")
  if (changes || route.params || route.query) codes.push("validation-failed")
  return [...new Set(codes)]
}

const accessWords = {
  public: "Needs no sign-in.",
  viewer: "For viewers and admins.",
  admin: "For admins.",
} as const

const anyCredential: Record<string, string[]>[] = [{ cookie: [] }, { bearer: [] }]

/** The route as Fastify's schema: for validation, serialisation and the OpenAPI document. */
export function describeRoute(name: string, route: ApiRoute): FastifySchema {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessWords[route.access]].filter(Boolean).join("\n\n"),
    security: route.access === "public" ? [] : anyCredential,
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.body && { body: route.body }),
    response: { ...successOf(route), ...problemResponses(problemsOf(route)) },
  }
}

function successOf({ answer, status = 200, stream, text }: ApiRoute) {
  if (answer === null) return { 204: z.null().describe("Done") }
  const description = answer.description ?? ""
  if (stream !== undefined) return { [status]: { description, content: { [stream]: { schema: answer } } } }
  if (text === undefined) return { [status]: answer }
  const content = { "application/json": { schema: answer }, [text]: { schema: z.string() } }
  return { [status]: { description, content } }
}

function problemResponses(codes: ProblemCode[]) {
  const byStatus = Object.groupBy(codes, (code) => String(problems[code].status))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${problems[code].title}`).join("  \n"),
        content: { "application/problem+json": { schema: problemDocument.extend({ code: z.enum(group) }) } },
      },
    ]),
  )
}
