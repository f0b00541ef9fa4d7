import fc from "fast-check"
import { expect, it } from "vitest"
import { type BrokerRequest, BrokerRequests } from "./broker-requests.ts"

const numbers = { device: 0, holders: 1, openWireguard: 2, removeWireguard: 3 }
const name = fc.string({ unit: "binary-ascii", maxLength: 255 })
const request: fc.Arbitrary<BrokerRequest> = fc.oneof(
  fc.record({ kind: fc.constantFrom("device" as const, "holders" as const) }),
  fc.record({ kind: fc.constantFrom("openWireguard" as const, "removeWireguard" as const), name }),
)

function encode(asked: BrokerRequest): number[] {
  const text = "name" in asked ? [asked.name.length, ...Buffer.from(asked.name, "latin1")] : []
  return [numbers[asked.kind], ...text]
}

it("requests are the same however their bytes come", () => {
  fc.assert(
    fc.property(fc.array(request), fc.array(fc.nat(40)), (requests, cuts) => {
      const bytes = Buffer.from(requests.flatMap(encode))
      const reader = new BrokerRequests()
      const read: BrokerRequest[] = []
      let at = 0
      for (const cut of [...cuts, bytes.length]) {
        read.push(...(reader.push(bytes.subarray(at, at + cut)) ?? []))
        at += cut
      }
      expect(read).toEqual(requests)
    }),
  )
})

it("another byte is none", () => {
  expect(new BrokerRequests().push(Buffer.of(0, 4))).toBeUndefined()
})
