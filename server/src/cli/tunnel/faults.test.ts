import { faultSettings, tunnelFaults } from "@tundeck/shared"
import { expect, it } from "vitest"
import { type FaultOptions, faultsAfter, faultTexts } from "./faults.ts"

const before = tunnelFaults.parse({ outbound: { lossPercent: 3, rateKbps: 1000 } })

it.each<[string, FaultOptions, object | undefined]>([
  ["nothing said", { direction: "both" }, undefined],
  ["one more", { direction: "outbound", delay: 50 }, { outbound: { ...before.outbound, delayMs: 50 } }],
  [
    "both ways",
    { direction: "both", loss: 1 },
    { outbound: { ...before.outbound, lossPercent: 1 }, inbound: { lossPercent: 1 } },
  ],
  ["the limit away", { direction: "outbound", rate: false }, { outbound: { ...before.outbound, rateKbps: null } }],
  ["all off", { direction: "both", off: true }, {}],
  ["the other direction off", { direction: "inbound", off: true }, before],
  ["nothing but", { direction: "outbound", off: true, jitter: 5 }, { outbound: { jitterMs: 5 } }],
  [
    "each of them",
    { direction: "inbound", loss: 1, delay: 2, jitter: 3, reorder: 4, duplicate: 5, corrupt: 0.1, rate: 8 },
    {
      ...before,
      inbound: {
        lossPercent: 1,
        delayMs: 2,
        jitterMs: 3,
        reorderPercent: 4,
        duplicatePercent: 5,
        corruptPercent: 0.1,
        rateKbps: 8,
      },
    },
  ],
])("%s", (_what, options, after) => expect(faultsAfter(before, options)).toEqual(after))

it("are told in one line for each direction that has any", () => {
  expect(faultTexts(undefined)).toEqual([])
  expect(
    faultTexts({ outbound: faultSettings.parse({}), ...{ inbound: faultSettings.parse({ corruptPercent: 0.1 }) } }),
  ).toEqual(["inbound: corrupt 0.1 %"])
  expect(faultTexts(before)).toEqual(["outbound: loss 3 %, rate 1000 kbit/s"])
})
