import {
  type ApiRoute,
  Problem,
  type RouteAnswer,
  type RouteBody,
  type RouteParams,
  type RouteQuery,
} from "@tundeck/shared"

/** Where the panel is and who asks. */
export interface Server {
  url: string
  token: string | null
}

type Part<K extends string, T> = [T] extends [undefined] ? unknown : { [P in K]: T }
type Given<R extends ApiRoute> = Part<"params", RouteParams<R>> &
  Part<"query", RouteQuery<R>> &
  Part<"body", RouteBody<R>>

/** Nobody answers at the address. */
export class Unreachable extends Error {
  override readonly name = "Unreachable"
}

export type Call = <R extends ApiRoute>(route: R, given: Given<R>) => Promise<RouteAnswer<R>>

/** One function for every route: `call(routes.createInterface, { body })`. Throws a Problem, or Unreachable. */
export function createClient(server: Server): Call {
  return async (route, given) => {
    const { params, query, body } = given as { params?: object; query?: object; body?: unknown } // Given, for any route
    const headers: Record<string, string> = { accept: "application/json" }
    if (server.token !== null) headers.authorization = `Bearer ${server.token}`
    if (body !== undefined) headers["content-type"] = "application/json"
    const response = await send(routeUrl(server.url, route.path, params, query), {
      method: route.method,
      headers,
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw Problem.fromDocument(await readJson(response))
    if (route.answer === null) return null as never // RouteAnswer is null exactly then
    return route.answer.parse(await readJson(response)) as never // the schema is the route's own
  }
}

/** The bytes that a route streams. Throws as a call does; `signal` ends it. */
export async function download<R extends ApiRoute & { stream: string }>(
  server: Server,
  route: R,
  given: Given<R>,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { params, query } = given as { params?: object; query?: object } // Given, for any route
  const headers: Record<string, string> = { accept: `${route.stream}, application/json` }
  if (server.token !== null) headers.authorization = `Bearer ${server.token}`
  const response = await send(routeUrl(server.url, route.path, params, query), { headers, signal, redirect: "error" })
  if (!response.ok || response.body === null) throw Problem.fromDocument(await readJson(response))
  return response.body
}

/** The path's :parameters filled in, each as one segment whatever it holds. */
export function routeUrl(base: string, path: string, params: object = {}, query: object = {}): URL {
  const values = new Map<string, unknown>(Object.entries(params))
  const filled = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(values.get(name) ?? "")))
  const url = new URL(`/api/v1${filled}`, base)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new Unreachable(
      `No Tundeck answers at ${url.origin} (${cause}). Start it with \`npm start\`, or say where it is: --url.`,
    )
  }
}

async function readJson(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined)
}
