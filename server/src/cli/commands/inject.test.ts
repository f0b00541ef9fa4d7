import { expect, it } from "vitest"
import { fateLines } from "./inject.ts"

it("says what became of a packet, and what that means where it did not arrive", () => {
  expect(fateLines({ length: 84, verdict: "sent" }, "outbound")).toEqual(["84 bytes outbound: sent"])
  const [fate, why] = fateLines({ length: 2, verdict: "dropped", reason: "bad-packet" }, "inbound")
  expect(fate).toBe("2 bytes inbound: dropped (bad-packet)")
  expect(why).toMatch(/^ {2}[A-Z].+\. .+\.$/)
  expect(fateLines({ length: 84, verdict: "waiting" }, "outbound")[1]).toContain("fault injector")
})
