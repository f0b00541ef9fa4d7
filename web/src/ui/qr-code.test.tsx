import { expect, test } from "vitest"
import { render } from "../testing/render.tsx"
import { QrCode } from "./qr-code.tsx"

test("a configuration of a usual length is a picture with its name and a quiet zone", () => {
  const { markup, text } = render(<QrCode text={"x".repeat(600)} label="QR code of phone" />)
  expect(text).toBe("QR code of phone")
  const [, side] = /viewBox="0 0 (\d+) \d+"/.exec(markup) ?? []
  expect(Number(side)).toBeGreaterThan(21 + 8)
  const corners = markup.match(/M(\d+) (\d+)h/g)?.map((step) => step.match(/\d+/g)?.map(Number) ?? []) ?? []
  expect(Math.min(...corners.flat())).toBe(4)
  expect(Math.max(...corners.flat())).toBe(Number(side) - 5)
})
