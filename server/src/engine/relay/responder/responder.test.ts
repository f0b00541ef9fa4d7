import { afterEach, beforeEach, expect, it } from "vitest"
import { answeredOf, echo, openResponder } from "./testing/responder-lab.ts"

let lab: ReturnType<typeof openResponder>
beforeEach(() => {
  lab = openResponder(false)
})
afterEach(() => lab.close())

it("is up from the beginning, and gone when it is stopped", () => {
  expect(lab.told).toEqual([
    [0, "responder"],
    ["up", null],
  ])
  lab.responder.stop()
  lab.responder.stop()
  expect(lab.told.slice(2)).toEqual([[0, null]])
})

it("2,000 packets in one batch are answered in their order, also where they fill its memory", () => {
  const many = Array.from({ length: 2000 }, (_, sequence) => echo({ sequence, dataBytes: 900 }))
  const answers = lab.ask(...many)
  expect(answers.map((bytes) => new DataView(bytes.buffer).getUint16(26))).toEqual(many.map((_, i) => i))
})

it("what it answers for may change, and may be nothing", () => {
  lab.responder.setPeers([
    { address: "", enabled: true, allowed: null, answered: { ...answeredOf(false), own: ["10.77.0.9/24"] } },
  ])
  expect(lab.ask(echo())).toEqual([])
  expect(lab.ask(echo({ destination: "10.77.0.1", source: "10.77.0.9" }))).toHaveLength(1)
  lab.responder.setPeers([])
  expect(lab.ask(echo({ destination: "10.77.0.8" }))).toEqual([])
})

it.each<[string, string, string, boolean]>([
  ["both hosts of a network of two", "10.0.0.0/31", "10.0.0.0", true],
  ["the one host of a network of one", "10.0.0.5/32", "10.0.0.5", true],
  ["both of IPv6", "fd00::/127", "fd00::", true],
  ["anybody of a network of all", "0.0.0.0/0", "192.0.2.7", true],
  ["a group within one of all", "0.0.0.0/0", "224.0.0.251", false],
  ["loopback within one of all", "0.0.0.0/0", "127.0.0.1", false],
])("%s: %s, %s", (_what, network, destination, isAnswered) => {
  lab.responder.setPeers([
    { address: "", enabled: true, allowed: null, answered: { isEthernet: false, networks: [network], own: [] } },
  ])
  const source = destination.includes(":") ? "fd99::1" : "172.16.0.1"
  expect(lab.ask(echo({ source, destination }))).toHaveLength(isAnswered ? 1 : 0)
})
