import { expect, it } from "vitest"
import { render } from "../testing/render.tsx"
import { TunnelVia } from "./tunnel-via.tsx"

it("nobody is at the other end of a responder: its name says all", () => {
  const tunnel = {
    transport: { kind: "responder" },
    security: { kind: "none" },
    remote: null,
    peersConnected: 1,
  } as const
  expect(render(<TunnelVia tunnel={tunnel} />).text).toBe("Responder")
})
