/** Works soon after each second of the clock has begun, never twice at once. A failure is for the work itself to tell. */
export function everySecond(work: () => Promise<void>): { stop(): Promise<void> } {
  let isStopped = false
  let working: Promise<void> = Promise.resolve()
  let timer = setTimeout(turn, untilNextSecond())

  function turn(): void {
    working = work()
      .catch(() => {})
      .then(() => {
        if (!isStopped) timer = setTimeout(turn, untilNextSecond())
      })
  }

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await working
    },
  }
}

function untilNextSecond(): number {
  return 1000 - (Date.now() % 1000) + 2 // timers may come a little early
}
