import type { SystemCallView } from "@tundeck/shared"

/** Calls that one action led to. */
export interface CallGroup {
  /** Unique among those shown; stays while more calls come. */
  key: string
  action: string
  /** Of its first call, Unix ms. */
  time: number
  calls: readonly SystemCallView[]
  refused: number
}

/** What the engine does by itself within so long is one action. */
const togetherMs = 1_000

/** The latest action first, its calls in the order in which they were made. `calls` are the oldest first. */
export function groupCalls(calls: readonly SystemCallView[]): CallGroup[] {
  const groups: { first: SystemCallView; last: SystemCallView; calls: SystemCallView[] }[] = []
  for (const call of calls) {
    const group = groups.findLast(({ first, last }) => isSameAction(first, last, call))
    if (group === undefined) groups.push({ first: call, last: call, calls: [call] })
    else {
      group.calls.push(call)
      group.last = call
    }
  }
  return groups.reverse().map(({ first: { number, action, time }, calls }) => ({
    ...{ key: String(number), action, time, calls },
    refused: calls.filter(isRefused).length,
  }))
}

/** A connection that is under way is none. */
export function isRefused({ error }: SystemCallView): boolean {
  return error !== null && error !== "EINPROGRESS"
}

function isSameAction(first: SystemCallView, last: SystemCallView, call: SystemCallView): boolean {
  if (first.request !== call.request) return false
  return call.request !== null || (first.action === call.action && call.time - last.time < togetherMs)
}
