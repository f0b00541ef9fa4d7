import { describe, expect, it } from "vitest"
import { faultSettings, hasFaults, isFaulty, tunnelFaults } from "./faults.ts"

describe("faults", () => {
  it("what is left out is off", () => {
    expect(faultSettings.parse({ lossPercent: 3 })).toEqual({
      lossPercent: 3,
      duplicatePercent: 0,
      corruptPercent: 0,
      reorderPercent: 0,
      delayMs: 0,
      jitterMs: 0,
      rateKbps: null,
    })
  })

  it.each<[object, boolean]>([
    [{}, false],
    [{ rateKbps: null }, false],
    [{ lossPercent: 0.01 }, true],
    [{ duplicatePercent: 1 }, true],
    [{ corruptPercent: 1 }, true],
    [{ reorderPercent: 1 }, true],
    [{ delayMs: 0.5 }, true],
    [{ jitterMs: 1 }, true],
    [{ rateKbps: 8 }, true],
  ])("%j: faulty is %s", (settings, faulty) => {
    expect(isFaulty(faultSettings.parse(settings))).toBe(faulty)
    expect(hasFaults(tunnelFaults.parse({ inbound: settings }))).toBe(faulty)
    expect(hasFaults(tunnelFaults.parse({ outbound: settings }))).toBe(faulty)
  })

  it("none at all is not faulty", () => {
    expect(hasFaults(undefined)).toBe(false)
    expect(hasFaults({})).toBe(false)
  })

  it.each<[object, string]>([
    [{ lossPercent: -1 }, "lossPercent"],
    [{ duplicatePercent: 100.1 }, "duplicatePercent"],
    [{ delayMs: 10_001 }, "delayMs"],
    [{ jitterMs: Number.NaN }, "jitterMs"],
    [{ rateKbps: 7 }, "rateKbps"],
    [{ rateKbps: 1000.5 }, "rateKbps"],
    [{ rateKbps: 0 }, "rateKbps"],
    [{ loss: 3 }, ""],
  ])("%j is refused at its field", (settings, path) => {
    expect(faultSettings.safeParse(settings).error?.issues.map((issue) => issue.path.join("."))).toEqual([path])
  })
})
