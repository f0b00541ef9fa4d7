import type { FaultSettings } from "@tundeck/shared"

/** What becomes of one packet on its way through a fault injector; numbers are dropped by them, as in a packet ring. */
export interface Fate {
  dropped: "fault-injected" | undefined
  copies: number
  isCorrupt: boolean
  delayMs: number
}

export function fateOf(settings: FaultSettings | undefined, random: () => number): Fate {
  const happens = (percent = 0) => random() * 100 < percent
  return {
    dropped: happens(settings?.lossPercent) ? "fault-injected" : undefined,
    copies: happens(settings?.duplicatePercent) ? 2 : 1,
    isCorrupt: happens(settings?.corruptPercent),
    delayMs: (settings?.delayMs ?? 0) + (settings?.jitterMs ?? 0) * random(),
  }
}

/** One bit of the payload, behind any header that a reader would stumble over. */
export function corrupted(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const last = changed.length - 1
  changed[last] = (changed[last] ?? 0) ^ 1
  return changed
}
