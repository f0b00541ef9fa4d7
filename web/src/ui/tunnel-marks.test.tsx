import { expect, test } from "vitest"
import { render } from "../testing/render.tsx"
import { TunnelMarks } from "./tunnel-marks.tsx"

test.each([
  [{ insecure: true, faulty: false }, "clear text"],
  [{ insecure: false, faulty: false }, "encrypted"],
  [{ insecure: true, faulty: true }, "Faults on clear text"],
])("a tunnel that is %j is marked: %s", (tunnel, words) => {
  expect(render(<TunnelMarks tunnel={{ ...tunnel, transport: { kind: "tcp" } }} />).text).toBe(words)
})

test("a responder is neither clear text nor encrypted: there is nobody to read along", () => {
  const tunnel = { insecure: false, faulty: false, transport: { kind: "responder" } } as const
  expect(render(<TunnelMarks tunnel={tunnel} />).text).toBe("")
})
