import { defaultTunnelPort } from "@tundeck/shared"
import { expect, test } from "vitest"
import { afterSecurity, afterTransport } from "./follow.ts"
import { emptyValues, type TunnelFormValues } from "./values.ts"

const begun = emptyValues([{ name: "tun0" }])
const after = (values: TunnelFormValues, changes: Partial<TunnelFormValues>) => ({ ...values, ...changes })

test("a new tunnel is wireguard over udp, which falls back to tcp", () => {
  expect(begun).toMatchObject({ security: "wireguard", transport: "udp", fallback: true, more: { clampMss: true } })
})

test("clear text begins with tcp, where simpletun is; the way back is the way it was", () => {
  const clear = after(begun, afterSecurity(begun, begun, "none"))
  expect(clear).toMatchObject({
    security: "none",
    transport: "tcp",
    port: defaultTunnelPort,
    more: { clampMss: false },
  })
  expect(after(clear, afterSecurity(clear, begun, "wireguard"))).toEqual(begun)
})

test("what was chosen stays: a transport, a port", () => {
  const chosen = after(after(begun, afterTransport(begun, begun, "icmp")), { port: 7 })
  const clear = after(chosen, afterSecurity(chosen, begun, "none"))
  expect(clear).toMatchObject({ transport: "icmp", port: 7, more: { clampMss: true } })
})

test("the same choice again changes nothing", () => {
  expect(afterSecurity({ ...begun, transport: "tcp" }, begun, "wireguard")).toEqual({})
})

test("a datagram wants the segment size clamped, a connection does not; the saved transport has what was saved", () => {
  const saved: TunnelFormValues = { ...begun, more: { ...begun.more, clampMss: false } }
  expect(afterTransport(saved, saved, "icmp").more?.clampMss).toBe(true)
  expect(afterTransport(saved, saved, "tcp").more?.clampMss).toBe(false)
  expect(afterTransport({ ...saved, transport: "icmp" }, saved, "udp").more?.clampMss).toBe(false)
})
