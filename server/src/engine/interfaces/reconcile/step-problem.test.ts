import { SyscallError } from "@tundeck/native-bindings"
import { expect, it } from "vitest"
import { wishOf } from "./fixtures.ts"
import type { Step } from "./step.ts"
import { stepProblem } from "./step-problem.ts"

const errnos = {
  EPERM: 1,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EADDRNOTAVAIL: 99,
  ENETUNREACH: 101,
}
const wanted = wishOf({
  addresses: ["10.0.0.1/24", "fd00::1/64"],
  routes: [{ destination: "10.1.0.0/16" }, { destination: "10.2.0.0/16", gateway: "10.9.0.1" }],
})
const problem = (step: Step, errno: keyof typeof errnos, detail?: string) =>
  stepProblem(wanted, step, new SyscallError("RTM", errnos[errno], detail))
const mtu: Step = { do: "set-mtu", mtu: 1400 }
const route = (index: number): Step => ({ do: "add-route", route: wanted.routes[index] ?? { destination: "" } })

it("the kernel's own sentence is passed on, at the field", () => {
  expect(problem(mtu, "EINVAL", "mtu greater than device maximum")).toMatchObject({
    code: "setting-refused",
    detail: "The MTU cannot be set to 1400: mtu greater than device maximum.",
    errors: [{ path: "mtu", message: "The MTU cannot be set to 1400: mtu greater than device maximum." }],
  })
})

it("without a sentence the errno has its name", () => {
  expect(problem(mtu, "EINVAL").detail).toBe("The MTU cannot be set to 1400: the kernel answers EINVAL.")
})

it("a missing capability comes with the command for somebody who has it", () => {
  expect(problem(mtu, "EPERM")).toMatchObject({
    code: "capability-missing",
    detail: expect.stringContaining("ip link set tap0 mtu 1400"),
  })
})

it("an address or a route is named by its place in the wish", () => {
  const address: Step = { do: "add-address", address: "fd00::1/64" }
  expect(problem(address, "EINVAL")).toMatchObject({ code: "address-refused", errors: [{ path: "addresses.1" }] })
  expect(problem(route(1), "ENETUNREACH")).toMatchObject({
    code: "route-refused",
    errors: [{ path: "routes.1", message: expect.stringContaining("the gateway is in no network of this interface") }],
  })
  const extra: Step = { do: "delete-route", route: { destination: "10.3.0.0/16" } }
  expect(problem(extra, "EINVAL")).toMatchObject({ errors: [{ path: "routes" }] })
})

it.each<[string, Step, keyof typeof errnos, string]>([
  ["IPv6 that is switched off", { do: "add-address", address: "fd00::1/64" }, "EACCES", "disable_ipv6=0"],
  ["a route that another interface has", route(0), "EEXIST", "Give another metric"],
  ["an owner that cannot be taken away", { do: "set-owner", owner: null }, "EINVAL", "Delete the interface"],
  ["a name that is taken", { do: "rename", from: "tap9" }, "EEXIST", "an interface of that name exists"],
  ["a link that is up on an old kernel", { do: "rename", from: "tap9" }, "EBUSY", "renames only what is down"],
  ["a MAC address that nobody may have", { do: "set-mac", mac: "02:00:00:00:00:01" }, "EADDRNOTAVAIL", "no interface"],
  ["a port of another bridge", { do: "set-bridge", bridge: "br0" }, "EBUSY", "another bridge or bond"],
])("%s says what to do", (_what, step, errno, words) => {
  expect(problem(step, errno).detail).toContain(words)
})

it("an interface that went meanwhile is not found, whatever the step was", () => {
  expect(problem(mtu, "ENODEV")).toMatchObject({ code: "interface-not-found" })
})
