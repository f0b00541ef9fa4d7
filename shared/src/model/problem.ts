import { z } from "zod"

/**
 * Every error of the API, the engine and the command line. RFC 9457 problem documents; `type` is the heading in docs/errors.md.
 * A 5xx answer carries code and title only, except where the detail is written for the person who asked.
 */
export const problems = {
  "validation-failed": { status: 400, title: "Some fields are not right" },
  "body-not-json": { status: 400, title: "The body is not JSON" },
  "request-malformed": { status: 400, title: "The request cannot be read" },
  "content-type-refused": { status: 415, title: "Send application/json" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "sign-in-required": { status: 401, title: "Sign in first" },
  "sign-in-failed": { status: 401, title: "The name or the password is wrong" },
  "setup-token-wrong": { status: 401, title: "The setup link is wrong, used or expired" },
  "setup-done": { status: 409, title: "This host is set up already" },
  "role-too-low": { status: 403, title: "Your role may not do this" },
  "origin-refused": { status: 403, title: "The request comes from a page of another origin" },
  "host-refused": { status: 421, title: "This host name is not served here" },
  "rate-limited": { status: 429, title: "Too many requests" },
  "route-not-found": { status: 404, title: "There is no such route" },
  "interface-not-found": { status: 404, title: "There is no such interface" },
  "interface-exists": { status: 409, title: "The name is taken" },
  "interface-held": { status: 409, title: "Another process holds the interface" },
  "interface-mismatch": { status: 409, title: "The interface exists with other flags" },
  "interface-not-managed": { status: 409, title: "Tundeck does not manage this interface" },
  "interface-managed": { status: 409, title: "Tundeck manages this interface already" },
  "interface-in-use": { status: 409, title: "A tunnel uses the interface" },
  "owner-not-found": { status: 422, title: "There is no such user" },
  "group-not-found": { status: 422, title: "There is no such group" },
  "bridge-not-found": { status: 422, title: "There is no such bridge" },
  "address-refused": { status: 422, title: "The kernel refused an address" },
  "route-refused": { status: 422, title: "The kernel refused a route" },
  "setting-refused": { status: 422, title: "The kernel refused a setting" },
  "device-missing": { status: 503, title: "/dev/net/tun is missing" },
  "device-denied": { status: 503, title: "/dev/net/tun may not be opened" },
  "capability-missing": { status: 403, title: "The engine lacks CAP_NET_ADMIN" },
  "tunnel-not-found": { status: 404, title: "There is no such tunnel" },
  "tunnel-exists": { status: 409, title: "A tunnel of this name exists" },
  "tunnel-not-running": { status: 409, title: "The tunnel is not running" },
  "destination-not-routed": { status: 422, title: "The address is not reached through this tunnel" },
  "probe-running": { status: 409, title: "The tunnel is being tried already" },
  "probe-refused": { status: 403, title: "The engine may not send ICMP messages of its own" },
  "packet-gone": { status: 410, title: "The packet's bytes were let go" },
  "capture-off": { status: 409, title: "The tunnel's packets are not captured" },
  "capture-not-found": { status: 404, title: "There is no such saved capture" },
  "tunnel-not-hub": { status: 409, title: "The tunnel is no hub" },
  "tunnel-without-keys": { status: 409, title: "The tunnel is clear text and has no keys" },
  "previous-key-in-use": { status: 409, title: "The key before this one is still answered to" },
  "peer-not-found": { status: 404, title: "There is no such peer" },
  "peer-exists": { status: 409, title: "The tunnel has such a peer" },
  "public-peer-refused": { status: 422, title: "Clear text to an address of the Internet wants an explicit yes" },
  "invite-not-found": { status: 404, title: "There is no such invite" },
  "invite-gone": { status: 410, title: "The invite was used already, or has expired" },
  "token-not-found": { status: 404, title: "There is no such token" },
  "filter-invalid": { status: 400, title: "The filter cannot be read" },
  "demo-unavailable": { status: 409, title: "The demo cannot run here" },
  "experiment-network-taken": { status: 409, title: "This host uses the networks of the experiment" },
  "engine-unavailable": { status: 503, title: "The engine does not answer" },
  overloaded: { status: 503, title: "The panel is overloaded" },
  "store-full": { status: 507, title: "The state could not be saved" },
  internal: { status: 500, title: "Something went wrong inside" },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems
export const problemCodes = Object.keys(problems) as ProblemCode[] // Object.keys forgets the literal type

export const fieldError = z.object({
  path: z.string().describe("The field, e.g. addresses.0"),
  message: z.string(),
  column: z.number().optional().describe("Of a filter: where the fault begins, counted from 1"),
  length: z.number().optional().describe("Of a filter: how many characters it takes up"),
})
export type FieldError = z.infer<typeof fieldError>

export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.enum(problemCodes),
  detail: z.string().optional(),
  errors: z.array(fieldError).optional(),
})
export type ProblemDocument = z.infer<typeof problemDocument>

/** Thrown wherever a person's wish cannot be done; one place per border turns it into a document. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly errors: FieldError[] | undefined

  constructor(code: ProblemCode, detail?: string, errors?: FieldError[]) {
    super(detail ?? problems[code].title)
    this.name = "Problem"
    this.code = code
    this.detail = detail
    this.errors = errors
  }

  toDocument(): ProblemDocument {
    const { status, title } = problems[this.code]
    const document: ProblemDocument = { type: `/docs/errors#${this.code}`, title, status, code: this.code }
    if (this.detail !== undefined) document.detail = this.detail
    if (this.errors !== undefined) document.errors = this.errors
    return document
  }

  /** Reads a document back, from the engine or on a client; anything else becomes `internal`. */
  static fromDocument(value: unknown): Problem {
    const parsed = problemDocument.safeParse(value)
    if (!parsed.success) return new Problem("internal")
    return new Problem(parsed.data.code, parsed.data.detail, parsed.data.errors)
  }
}
