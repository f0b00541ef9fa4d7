import type { HostEvent } from "@tundeck/shared"
import { expect, test } from "vitest"
import { addEvents } from "./events.ts"

const event = (id: number): HostEvent => ({ id, time: id, severity: "info", subject: "tunnel lab", text: "" })
const pages = (...ids: number[][]) => ({
  pages: ids.map((page) => ({ items: page.map(event) })),
  pageParams: ids.map(() => undefined),
})

test("events that arrive stand first, newest on top, none twice", () => {
  const known = addEvents(pages([3, 2], [1]), [event(3), event(4), event(5)])
  expect(known.pages.map(({ items }) => items.map(({ id }) => id))).toEqual([[5, 4, 3, 2], [1]])
})
