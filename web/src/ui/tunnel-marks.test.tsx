import { expect, test } from "vitest"
import { render } from "../testing/render.tsx"
import { TunnelMarks } from "./tunnel-marks.tsx"

test.each([
  [{ insecure: true, faulty: false }, "clear text"],
  [{ insecure: false, faulty: false }, "encrypted"],
  [{ insecure: true, faulty: true }, "Faults on clear text"],
])("a tunnel that is %j is marked: %s", (tunnel, words) => {
  expect(render(<TunnelMarks tunnel={tunnel} />).text).toBe(words)
})
