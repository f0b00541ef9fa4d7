const requests = new WeakMap<object, string>()

/** The panel's name for the call that an error came from; `x-request-id` of its answer. */
export function requestOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null ? requests.get(error) : undefined
}

export function rememberRequest(error: object, request: string | null): void {
  if (request !== null) requests.set(error, request)
}
