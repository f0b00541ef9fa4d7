import { Problem, type TunnelConfig, type TunnelStatus } from "@tundeck/shared"
import { expect, it, onTestFinished } from "vitest"
import { withoutWireguard } from "../testing/without-wireguard.ts"
import { createTunnelManager } from "./tunnel-manager.ts"

// Without an interface to attach to: what start and stop promise each other. Real tunnels are in life.net.test.ts.

const config = (number: number): TunnelConfig => ({
  id: "t",
  name: "lab",
  interface: `tun${number}`,
  transport: { kind: "tcp", connect: "192.0.2.1:55555" },
  security: { kind: "none" },
  autostart: false,
})

function withoutInterface() {
  const told: TunnelStatus[] = []
  const attach = () => {
    throw new Problem("interface-not-found", "There is no interface tun0.")
  }
  const manager = createTunnelManager({
    devices: { attach, detach: () => {}, facts: () => undefined, onChange: () => () => {} },
    onStatus: (status) => told.push(status),
    onEvent: () => {},
    onPackets: () => {},
    wireguard: withoutWireguard,
  })
  onTestFinished(async () => manager.close())
  return { manager, told, states: () => told.map(({ state }) => state) }
}

it("a tunnel whose interface is missing has failed, and says so", () => {
  const { manager } = withoutInterface()
  expect(manager.start(config(1))).toMatchObject({ state: "failed", reason: { code: "interface-missing" } })
})

it("stopped is told once, and then nothing runs", async () => {
  const { manager, states } = withoutInterface()
  manager.start(config(1))
  await manager.stop("t")
  expect(manager.list()).toEqual([])
  expect(states()).toEqual(["failed", "stopped"])
  expect(() => manager.watch("t", "live")).toThrow(expect.objectContaining({ code: "tunnel-not-running" }))
})

it("started while it stops: both are answered, and it runs", async () => {
  const { manager, states } = withoutInterface()
  manager.start(config(1))
  const stopped = manager.stop("t")
  manager.start(config(2))
  await stopped
  expect(manager.list()).toHaveLength(1)
  expect(states()).not.toContain("stopped")
})

it("stopped while it restarts: it stays stopped", async () => {
  const { manager, states } = withoutInterface()
  manager.start(config(1))
  expect(manager.start(config(2))).toMatchObject({ state: "connecting" })
  await Promise.all([manager.stop("t"), manager.stop("t")])
  expect(manager.list()).toEqual([])
  expect(states().filter((state) => state === "stopped")).toHaveLength(1)
})

it("stopping what does not run is a problem", async () => {
  const { manager } = withoutInterface()
  await expect(manager.stop("t")).rejects.toMatchObject({ code: "tunnel-not-found" })
})
