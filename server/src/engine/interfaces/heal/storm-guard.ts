/**
 * Healing against something that changes an interface again and again (another manager, a script in a loop) helps nobody:
 * after `most` heals within `withinMs` the interface is left alone for that long.
 */
export interface StormGuard {
  /** "begins" is said once, when the limit is reached. */
  ask(name: string, now: number): "heal" | "begins" | "rest"
  /** Someone decided anew: count from the beginning. */
  reset(name: string): void
}

export function createStormGuard(most: number, withinMs: number): StormGuard {
  const healed = new Map<string, number[]>()
  const restingUntil = new Map<string, number>()
  return {
    ask(name, now) {
      if (now < (restingUntil.get(name) ?? 0)) return "rest"
      const recent = (healed.get(name) ?? []).filter((time) => time > now - withinMs)
      if (recent.length >= most) {
        restingUntil.set(name, now + withinMs)
        healed.delete(name)
        return "begins"
      }
      healed.set(name, [...recent, now])
      return "heal"
    },
    reset(name) {
      healed.delete(name)
      restingUntil.delete(name)
    },
  }
}
