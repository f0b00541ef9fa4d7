import type { Readable } from "node:stream"
import { type ApiRoute, Problem, type RouteAnswer, routes } from "@tundeck/shared"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import type { z } from "zod"
import type { Identity } from "../auth/identity.ts"
import { actingFor } from "../engine-client/acting-for.ts"
import { describeRoute } from "./openapi.ts"

type Parsed<R, K extends string> = R extends { [P in K]: infer S extends z.ZodType } ? z.output<S> : undefined

/** A request as a handler sees it: checked. */
export interface Call<R extends ApiRoute> {
  params: Parsed<R, "params">
  query: Parsed<R, "query">
  body: Parsed<R, "body">
  identity: R["access"] extends "public" ? null : Identity
  request: FastifyRequest
  reply: FastifyReply
}

type Routes = typeof routes

type Answer<R extends ApiRoute> = R extends { stream: string }
  ? Readable
  : RouteAnswer<R> | (R extends { text: string } ? TextAnswer : never)

/** One handler for each route: one that is missing or answers something else is a type error. */
export type Handlers = {
  [N in keyof Routes]: (call: Call<Routes[N]>) => Answer<Routes[N]> | Promise<Answer<Routes[N]>>
}

/** An answer that is no JSON, of the type that the route names. */
export class TextAnswer {
  readonly text: string
  readonly fileName: string

  constructor(text: string, fileName: string) {
    this.text = text
    this.fileName = fileName
  }
}

/** Registers every route of the table. What comes in and what goes out passes the route's own schemas. */
export function registerApi(app: FastifyInstance, handlers: Handlers): void {
  for (const [name, route] of Object.entries(routes) as [keyof Routes, ApiRoute][]) {
    // The table's type forgets which call belongs to which handler; the schemas of the same route check it.
    const handler = handlers[name] as (call: unknown) => unknown
    app.route({
      method: route.method,
      url: route.path,
      config: { access: route.access },
      exposeHeadRoute: route.once !== true && route.stream === undefined,
      schema: describeRoute(name, route),
      preValidation: async (request) => checkBody(route, request),
      handler: async (request, reply) => {
        const { params, query, body, identity } = request
        const cause = { request: request.id, action: name }
        const answer = await actingFor.run(cause, () => handler({ params, query, body, identity, request, reply }))
        if (answer instanceof TextAnswer && route.text !== undefined) {
          reply.header("content-disposition", `attachment; filename="${answer.fileName}"`)
          return reply.type(`${route.text}; charset=utf-8`).send(answer.text)
        }
        if (route.answer === null) return reply.code(204).send()
        if (route.stream !== undefined) reply.type(route.stream)
        return reply.code(route.status ?? 200).send(answer)
      },
    })
  }
}

function checkBody(route: ApiRoute, request: FastifyRequest): void {
  if (route.body !== undefined) {
    if (request.body === undefined) request.body = {} // the answer then names the fields that are needed
    return
  }
  if (request.body === undefined) return
  if (typeof request.body === "object" && request.body !== null && Object.keys(request.body).length === 0) return
  throw new Problem("validation-failed", "This route takes no body.", [{ path: "", message: "Leave the body out." }])
}
