import { type InterfaceActual, Problem } from "@tundeck/shared"
import { expect, it } from "vitest"
import { createBringer } from "./bring.ts"
import type { Executor } from "./executor.ts"
import { actualOf, wishOf } from "./fixtures.ts"
import { toIpCommand } from "./step.ts"

/** A kernel that notes what it is told, and refuses some of it. What it answers to a look is given. */
function kernel(looks: (InterfaceActual | null)[], refuses: string[] = []) {
  const told: string[] = []
  const refuse = (): never => {
    throw new Error("not in this test")
  }
  const executor: Executor = {
    run(wanted, step) {
      const command = toIpCommand(wanted.name, step)
      told.push(command)
      if (refuses.includes(command)) throw new Problem("setting-refused", command)
    },
    delete: (name) => told.push(`ip link delete ${name}`),
    create: refuse,
    attach: refuse,
  }
  return { told, bringer: createBringer(executor, () => looks.shift() ?? null) }
}

const wanted = wishOf({ mtu: 1400, addresses: ["10.0.0.1/24", "fd00::1/64"] })
const before = actualOf(wanted, { mtu: 1500, addresses: [] })

it("one step's failure does not keep the others from being done", () => {
  const { told, bringer } = kernel([], ["ip address add 10.0.0.1/24 dev tap0"])
  const outcome = bringer.asFarAsPossible(wanted, actualOf(wanted, { addresses: [] }))
  expect(told).toEqual(["ip address add 10.0.0.1/24 dev tap0", "ip address add fd00::1/64 dev tap0"])
  expect(outcome).toMatchObject({ done: [{ address: "fd00::1/64" }], failures: [{ code: "setting-refused" }] })
})

it("where it cannot be created nothing else is tried", () => {
  const { told, bringer } = kernel([], ["ip tuntap add dev tap0 mode tap vnet_hdr"])
  bringer.asFarAsPossible({ ...wanted, vnetHeader: true }, null)
  expect(told).toHaveLength(1)
})

it("all or nothing: what was changed is put back, and the refusal thrown", () => {
  const half = actualOf(wanted, { addresses: ["10.0.0.1/24"] })
  const { told, bringer } = kernel([half, before], ["ip address add fd00::1/64 dev tap0"])
  expect(() => bringer.wholly(wanted, before)).toThrow("fd00::1/64")
  expect(told).toEqual([
    "ip link set tap0 mtu 1400",
    "ip address add 10.0.0.1/24 dev tap0",
    "ip address add fd00::1/64 dev tap0",
    "ip link set tap0 mtu 1500",
    "ip address del 10.0.0.1/24 dev tap0",
  ])
})

it("all or nothing: what was made anew goes again", () => {
  const { told, bringer } = kernel([before], ["ip link set tap0 up"])
  expect(() => bringer.wholly(wanted, null)).toThrow(Problem)
  expect(told.at(-1)).toBe("ip link delete tap0")
})

it("what the first steps take along is put back by a second look", () => {
  const flushed = actualOf(wanted, { addresses: ["10.0.0.1/24"] })
  const { told, bringer } = kernel([flushed, actualOf(wanted)])
  const lowMtu = actualOf(wanted, { mtu: 1500 })
  expect(bringer.wholly(wanted, lowMtu)).toHaveLength(2)
  expect(told).toEqual(["ip link set tap0 mtu 1400", "ip address add fd00::1/64 dev tap0"])
})
