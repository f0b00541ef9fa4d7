import { createEventfd, epoll, sys } from "@tundeck/native-bindings"
import { afterEach, expect, it } from "vitest"
import { EpollLoop } from "./epoll-loop.ts"

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

function eventfd(): number {
  const fd = createEventfd()
  cleanups.push(() => sys.close(fd))
  return fd
}

it("an event that is older than a registration is not told to it", () => {
  const loop = new EpollLoop(eventfd(), () => {})
  cleanups.push(() => loop.close())
  const [one, two, late] = [eventfd(), eventfd(), eventfd()]
  const called: string[] = []
  const slots = new Map<number, number>()
  // Whichever is told first replaces the other by a third, to which nothing has happened.
  const replace = (name: string, other: number) => ({
    ready() {
      called.push(name)
      loop.remove(other, slots.get(other) ?? -1)
      loop.add(late, epoll.in, { ready: () => called.push("late") })
    },
  })
  slots.set(one, loop.add(one, epoll.in, replace("one", two)))
  slots.set(two, loop.add(two, epoll.in, replace("two", one)))
  sys.eventfdWrite(one)
  sys.eventfdWrite(two)
  loop.step(() => {}, 0)
  expect(called).toHaveLength(1)
  expect(called).not.toContain("late")
})

it("slots are used again", () => {
  const loop = new EpollLoop(eventfd(), () => {})
  cleanups.push(() => loop.close())
  const fd = eventfd()
  const seen = new Set<number>()
  for (let i = 0; i < 10; i++) {
    const slot = loop.add(fd, epoll.in, { ready: () => {} })
    seen.add(slot)
    loop.remove(fd, slot)
    loop.step(() => {}, 0)
  }
  expect(seen.size).toBe(1)
})
