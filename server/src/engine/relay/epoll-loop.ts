import { createArena, createEpoll, epoll, epollEvent, errno, sys } from "@tundeck/native-bindings"

/** What waits for a file descriptor. It must bear a call for nothing. */
export interface Source {
  ready(events: number): void
}

const eventsAtOnce = 64
const longestSleepMs = 60_000
const wallEveryMs = 1_000

/**
 * One thread's epoll loop: sources, one alarm, and an eventfd by which another thread wakes it. Calls block; the
 * thread's own event loop does not run meanwhile.
 */
export class EpollLoop {
  readonly #epoll = createEpoll()
  readonly #events = createArena(eventsAtOnce * epollEvent.size)
  readonly #sources: (Source | undefined)[] = []
  readonly #freeSlots: number[] = []
  /** Given up during this step: its remaining events may still mean them. */
  readonly #retiredSlots: number[] = []
  #alarm = Number.POSITIVE_INFINITY
  #running = true
  #unixOffset = 0
  #wallSeenAt = Number.NEGATIVE_INFINITY
  readonly #clock: () => number
  /** Monotonic ms at the last wake-up, suspend counted: a key that is too old after it is seen to be. */
  now: number
  /** Unix ms at the last wake-up, with fractions. */
  time = Date.now()

  /** `wakeFd` is an eventfd: whoever writes to it has `onWake` called. */
  constructor(wakeFd: number, onWake: () => void, clock = sys.clockBoottimeMilliseconds) {
    this.#clock = clock
    this.now = clock()
    this.add(wakeFd, epoll.in, {
      ready: () => {
        sys.eventfdRead(wakeFd)
        onWake()
      },
    })
  }

  /** Answers the slot, which `modify` and `remove` want. */
  add(fd: number, events: number, source: Source): number {
    const slot = this.#freeSlots.pop() ?? this.#sources.length
    this.#sources[slot] = source
    sys.epollCtl(this.#epoll, epoll.add, fd, events, slot)
    return slot
  }

  modify(fd: number, slot: number, events: number): void {
    sys.epollCtl(this.#epoll, epoll.modify, fd, events, slot)
  }

  /** Before the fd is closed. */
  remove(fd: number, slot: number): void {
    sys.epollCtl(this.#epoll, epoll.remove, fd, 0, 0)
    this.#sources[slot] = undefined
    this.#retiredSlots.push(slot)
  }

  /** `onAlarm` runs at `when` (in terms of `now`) or before; earlier wishes win. */
  wakeAt(when: number): void {
    if (when < this.#alarm) this.#alarm = when
  }

  /** Milliseconds since the last wake-up. */
  elapsed(): number {
    return this.#clock() - this.now
  }

  stop(): void {
    this.#running = false
  }

  /** Follows the wall clock when it steps, and otherwise the monotonic one, which has fractions. */
  #unixTime(): number {
    if (this.now - this.#wallSeenAt > wallEveryMs) {
      this.#wallSeenAt = this.now
      const offset = Date.now() - this.now
      if (Math.abs(offset - this.#unixOffset) > 5) this.#unixOffset = offset
    }
    return this.now + this.#unixOffset
  }

  /** Waits for events, at most `longestMs`, and does what they and the alarm ask. */
  step(onAlarm: () => void, longestMs = longestSleepMs): void {
    const sleep = Math.min(longestMs, Math.max(0, Math.ceil(this.#alarm - this.#clock())))
    const n = sys.epollWait(this.#epoll, this.#events.address, eventsAtOnce, sleep)
    if (n < 0 && n !== -errno.EINTR) throw new Error(`epoll_wait: errno ${-n}`)
    this.now = this.#clock()
    this.time = this.#unixTime()
    for (let i = 0; i < n; i++) {
      const at = i * epollEvent.size
      const slot = this.#events.view.getUint32(at + epollEvent.dataOffset, true)
      this.#sources[slot]?.ready(this.#events.view.getUint32(at + epollEvent.eventsOffset, true))
    }
    while (this.#retiredSlots.length > 0) this.#freeSlots.push(this.#retiredSlots.pop() ?? 0)
    if (this.now < this.#alarm) return
    this.#alarm = Number.POSITIVE_INFINITY
    onAlarm()
  }

  /** Until `stop`. `onAlarm` sets the next alarm by `wakeAt`. */
  run(onAlarm: () => void): void {
    while (this.#running) this.step(onAlarm)
  }

  /** The eventfd stays its maker's. */
  close(): void {
    sys.close(this.#epoll)
  }
}
