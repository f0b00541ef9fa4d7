import { expect, it } from "vitest"
import { clockCheck, forwardingCheck, ipv6Check, mtuCheck, reversePathCheck } from "./network-checks.ts"

const settings = (values: Record<string, string>) => (name: string) => values[name]

it("forwarding that is off is no fault, but the command is told", () => {
  expect(forwardingCheck(4, settings({ "net.ipv4.ip_forward": "1" }))).toMatchObject({ ok: true, remedy: null })
  expect(forwardingCheck(6, settings({}))).toMatchObject({
    ok: true,
    detail: expect.stringContaining("sysctl -w net.ipv6.conf.all.forwarding=1"),
  })
})

it("IPv6 that is switched off names the settings to switch back", () => {
  const off = { "net.ipv6.conf.all.disable_ipv6": "1", "net.ipv6.conf.default.disable_ipv6": "0" }
  expect(ipv6Check(settings(off))).toMatchObject({
    ok: false,
    remedy: "`sysctl -w net.ipv6.conf.all.disable_ipv6=0`",
  })
})

it("a kernel without IPv6 wants another boot, not a sysctl", () => {
  expect(ipv6Check(settings({})).remedy).toContain("ipv6.disable=1")
})

it("strict reverse path filtering is warned of, loose is not", () => {
  expect(reversePathCheck(settings({ "net.ipv4.conf.all.rp_filter": "1" }))).toMatchObject({
    ok: false,
    remedy: "`sysctl -w net.ipv4.conf.all.rp_filter=2`",
  })
  expect(reversePathCheck(settings({ "net.ipv4.conf.all.rp_filter": "2" })).ok).toBe(true)
})

it("a link with a small MTU is named; lo, links that are down and tunnels do not count", () => {
  const link = (name: string, mtu: number, up = true) => ({ name, mtu, up, tun: undefined })
  expect(mtuCheck([link("lo", 65_536), link("eth0", 1500), link("eth1", 576, false)])).toMatchObject({
    ok: true,
    detail: "eth0 1500.",
  })
  expect(mtuCheck([link("eth0", 576)])).toMatchObject({
    ok: false,
    remedy: expect.stringContaining("ip link set eth0 mtu"),
  })
})

it("a clock before 2025 was never set", () => {
  expect(clockCheck(Date.UTC(2024, 11, 31)).ok).toBe(false)
  expect(clockCheck(Date.UTC(2025, 0, 1)).ok).toBe(true)
})
