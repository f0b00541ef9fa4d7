import { composePacket, type FrameEnds, summarize, withFrameEnds } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { fieldsOf, isFramed, kinds, kindsOf, readTexts, usualTexts } from "./packet-form.ts"

const wrong = "a number"
const end = { from: "neighbour", of: "10.77.0.2" } as const
const ends: FrameEnds = {
  ...{ kind: "tap", interface: "tap0" },
  source: { mac: "02:00:00:00:00:01", ...end },
  destination: { mac: "02:00:00:00:00:02", ...end },
}

describe.each([false, true])("tap: %s", (isTap) => {
  it.each(kindsOf(isTap))("%s: what the form says first can be sent, both ways", (kind) => {
    for (const direction of ["outbound", "inbound"] as const) {
      const { wish, errors } = readTexts(kind, isTap, usualTexts(undefined, direction, kind), wrong)
      expect(errors).toEqual({})
      if (wish === undefined) throw new Error("no wish")
      const whole = isTap ? withFrameEnds(wish, ends) : wish
      if (isTap) expect(isFramed(whole)).toBe(true)
      const bytes = composePacket(whole)
      const protocol = summarize(bytes, bytes.length, isTap && kind !== "raw" ? "ethernet" : "ip").protocol
      expect(protocol).toBe({ echo: "ICMP", udp: "UDP", "tcp-syn": "TCP", arp: "ARP", raw: "ICMP" }[kind])
    }
  })
})

it("each kind shows its own fields, and all of them", () => {
  for (const kind of kinds) expect(new Set(fieldsOf(kind, true)).size).toBe(fieldsOf(kind, true).length)
  expect(fieldsOf("udp", false)).not.toContain("ethernet.source")
  expect(fieldsOf("arp", true)).toContain("ethernet.source")
})

it("what is wrong stands at its field", () => {
  const usual = usualTexts(undefined, "outbound", "udp")
  const texts = { ...usual, source: "10.0.0.01", destinationPort: "70000", hopLimit: "many", "ethernet.source": "x" }
  const { wish, errors } = readTexts("udp", true, texts, wrong)
  expect(wish).toBeUndefined()
  expect(Object.keys(errors).sort()).toEqual(["destinationPort", "ethernet.source", "hopLimit", "source"])
  expect(errors.hopLimit).toBe(wrong)
})

it("a MAC address that is not typed is left to the host, and one that nobody knows keeps the packet from being sent", () => {
  const texts = { ...usualTexts(undefined, "outbound", "echo"), "ethernet.source": "02:00:00:00:00:09" }
  const { wish } = readTexts("echo", true, texts, wrong)
  if (wish === undefined) throw new Error("no wish")
  expect(isFramed(wish)).toBe(false)
  expect(withFrameEnds(wish, ends)).toMatchObject({
    ethernet: { source: "02:00:00:00:00:09", destination: "02:00:00:00:00:02" },
  })
  const unknown: FrameEnds = { ...ends, destination: { mac: null, from: "unknown", of: "10.77.0.2" } }
  expect(isFramed(withFrameEnds(wish, unknown))).toBe(false)
})
