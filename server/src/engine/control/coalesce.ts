export interface Coalesced {
  (): void
  cancel(): void
}

/** Calls `act` at once and then, for whatever came meanwhile, once per interval: the last request is never lost. */
export function coalesce(intervalMs: number, act: () => void): Coalesced {
  let timer: NodeJS.Timeout | undefined
  let isPending = false
  function rest(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (isPending) request()
    }, intervalMs)
    timer.unref()
  }
  function request(): void {
    isPending = timer !== undefined
    if (isPending) return
    act()
    rest()
  }
  return Object.assign(request, { cancel: () => clearTimeout(timer) })
}
