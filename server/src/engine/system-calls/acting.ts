import type { CallCause } from "@tundeck/shared"

/** Why calls are made on the control thread just now, and for which tunnel. */
interface Acting {
  cause: CallCause | undefined
  tunnel: string | null
}

const nobody: Acting = { cause: undefined, tunnel: null }
let now = nobody

export function acting(): Acting {
  return now
}

/** What `act` asks of the kernel before it returns or waits is for this cause. */
export function actFor<T>(cause: CallCause, act: () => T): T {
  return during({ cause, tunnel: null }, act)
}

/** What `act` asks of the kernel is about this tunnel, whatever the cause. */
export function actOnTunnel<T>(tunnel: string, act: () => T): T {
  return during({ ...now, tunnel }, act)
}

function during<T>(next: Acting, act: () => T): T {
  const before = now
  now = next
  try {
    return act()
  } finally {
    now = before
  }
}
