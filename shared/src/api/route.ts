import { z } from "zod"
import type { ProblemCode } from "../model/problem.ts"

/** Who may call: nobody signed in needed, any role, or admins. */
export type Access = "public" | "viewer" | "admin"

/** A route is a value that both ends import: a renamed field is a type error in the page. */
export interface ApiRoute {
  method: "GET" | "POST" | "PATCH" | "DELETE"
  /** Below /api/v1, with :parameters. */
  path: string
  access: Access
  tag: string
  summary: string
  /** What the summary leaves unsaid, for the API's documentation. */
  description?: string
  /** A GET that can be answered once: there is no HEAD, which would use the answer up and not give it. */
  once?: true
  /** The answer is bytes of this content type, as they come; there is no HEAD. */
  stream?: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** The answer of success; `null` for 204. */
  answer: z.ZodType | null
  /** The answer may also be a text of this type. */
  text?: "text/csv"
  /** 200 unless said otherwise; 204 when the answer is null. */
  status?: 200 | 201
  /** Problems beyond those that any route may answer. */
  problems: readonly ProblemCode[]
}

export function defineRoute<const R extends ApiRoute>(route: R): R {
  return route
}

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().optional() })

type Part<R, K extends string, D> = R extends { [P in K]: z.ZodType } ? z.input<R[K]> : D
export type RouteParams<R> = Part<R, "params", undefined>
export type RouteQuery<R> = Part<R, "query", undefined>
export type RouteBody<R> = Part<R, "body", undefined>
export type RouteAnswer<R extends ApiRoute> = R["answer"] extends z.ZodType ? z.infer<R["answer"]> : null
