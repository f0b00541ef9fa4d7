import {
  type ApiRoute,
  Problem,
  type RouteAnswer,
  type RouteBody,
  type RouteParams,
  type RouteQuery,
} from "@tundeck/shared"
import { rememberRequest } from "./request-of.ts"

type Given<K extends string, T> = [T] extends [undefined]
  ? unknown
  : object extends T
    ? { [P in K]?: T }
    : { [P in K]: T }

/** What a route wants of its caller: exactly the parts that it declares. */
export type CallInput<R extends ApiRoute> = Given<"params", RouteParams<R>> &
  Given<"query", RouteQuery<R>> &
  Given<"body", RouteBody<R>> & { signal?: AbortSignal }

type CallArguments<R extends ApiRoute> = object extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]

/** No answer came at all: the panel is away or the network is. */
export class PanelUnreachable extends Error {
  override readonly name = "PanelUnreachable"
}

/** Calls a route of the panel. Throws Problem when the panel refuses, PanelUnreachable when it does not answer. */
export async function call<R extends ApiRoute>(route: R, ...[input]: CallArguments<R>): Promise<RouteAnswer<R>> {
  const parts: { params?: object; query?: object; body?: unknown; signal?: AbortSignal } = input ?? {}
  const response = await send(route, parts)
  if (!response.ok) {
    const problem = Problem.fromDocument(await readJson(response))
    rememberRequest(problem, response.headers.get("x-request-id"))
    throw problem
  }
  // The schema proves the type: null stands for an empty answer.
  return (route.answer === null ? null : route.answer.parse(await readJson(response))) as RouteAnswer<R>
}

/** A route's bytes, with the name that the panel gives them. Throws as `call` does. */
export async function fetchFile<R extends ApiRoute & { stream: string }>(
  route: R,
  input: CallInput<R>,
): Promise<{ name: string; blob: Blob }> {
  const response = await send(route, input)
  if (!response.ok) throw Problem.fromDocument(await readJson(response))
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "download"
  return { name, blob: await response.blob() }
}

async function send(
  route: ApiRoute,
  { params, query, body, signal }: { params?: object; query?: object; body?: unknown; signal?: AbortSignal },
): Promise<Response> {
  const init: RequestInit = {
    method: route.method,
    credentials: "same-origin",
    headers: { accept: "application/json" },
  }
  if (signal) init.signal = signal
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { accept: "application/json", "content-type": "application/json" }
  }
  try {
    return await fetch(routeUrl(route.path, params, query), init)
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new PanelUnreachable("The panel did not answer.", { cause: error })
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** "/interfaces/:name" with {name: "tun0"} to "/api/v1/interfaces/tun0". */
export function routeUrl(path: string, params: object = {}, query: object = {}): string {
  const values = new Map<string, unknown>(Object.entries(params))
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values.get(name))))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const tail = search.toString()
  return `/api/v1${filled}${tail === "" ? "" : `?${tail}`}`
}
