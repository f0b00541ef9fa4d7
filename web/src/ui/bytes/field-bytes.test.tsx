import { dissect } from "@tundeck/shared"
import { expect, test, vi } from "vitest"
import { render } from "../../testing/render.tsx"
import { FieldBytes } from "./field-bytes.tsx"

const packet = Uint8Array.from([
  ...[0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 10, 77, 0, 1, 10, 77, 0, 2],
  ...[8, 0, 0, 0, 0, 7, 0, 1],
])

test("a packet's fields stand beside its bytes", () => {
  vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) })
  const { text, markup } = render(<FieldBytes fields={dissect(packet, packet.length, "ip")} bytes={packet} />)
  expect(text).toContain("Source Address 10.77.0.1")
  expect(text).toContain("0000 45 00 00 1c")
  expect(text).toContain("0010 0a 4d 00 02 08")
  expect(markup.match(/role="treeitem"/g)?.length).toBeGreaterThan(10)
  vi.unstubAllGlobals()
})
