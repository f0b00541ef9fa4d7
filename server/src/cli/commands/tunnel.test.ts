import type { TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { tunnelCommand } from "./tunnel.ts"

let test: TestPanel
let printed: string[] = []
beforeEach(async () => {
  test = await startTestPanel()
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  vi.stubEnv("TUNDECK_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`)
  vi.stubEnv("TUNDECK_TOKEN", test.panel.tokens.create("test", { name: "cli", role: "admin" }).token)
  vi.spyOn(console, "log").mockImplementation((line: string) => printed.push(line))
  await test.call("POST", "/interfaces", { name: "tun7" })
  await test.call("POST", "/interfaces", { name: "tap7", kind: "tap" })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await test[Symbol.asyncDispose]()
})

/** What `tundeck tunnel …` prints. */
async function tunnel(line: string): Promise<string> {
  printed = []
  await tunnelCommand().parseAsync(line.split(" "), { from: "user" })
  return printed.join("\n")
}
const view = async (name: string): Promise<TunnelView> => JSON.parse(await tunnel(`show ${name} --json`))
const untilUp = (name: string) => eventually(async () => expect((await view(name)).state).toBe("up"))

describe("a tunnel", () => {
  beforeEach(() => tunnel("create --name lab --interface tun7 --security none --connect 10.0.0.2:55555 --autostart"))

  it("goes over to another transport by one command, and both are compared", async () => {
    await untilUp("lab")
    expect(await tunnel("set lab --transport udp --dscp 46 --firewall-mark 0x51")).toMatch(
      /^Changed lab \(connecting\)\.\nIt went from tcp to udp while it runs/,
    )
    await untilUp("lab")
    const shown = await tunnel("show lab")
    expect(shown).toMatch(/^transport +udp to 10\.0\.0\.2:55555\n +firewall mark 0x51\n +DSCP 46$/m)
    expect(shown).toMatch(/^swapped +tcp to udp at /m)
    expect(shown).toMatch(/^largest packet +1472 bytes$/m)
    expect((await view("lab")).transport).toEqual({
      kind: "udp",
      connect: "10.0.0.2:55555",
      firewallMark: 0x51,
      dscp: 46,
    })
    expect(await tunnel("set lab --no-dscp")).toContain("from udp to udp")
    expect((await view("lab")).transport).not.toHaveProperty("dscp")
    expect(await tunnel("set lab --transport udp")).toBe("lab is so already.")
  })

  it("has its faults injected, marked, and turned off", async () => {
    expect(await tunnel("faults lab")).toBe("lab has no faults injected.")
    expect(await tunnel("faults lab --direction outbound --loss 3 --delay 50")).toBe(
      "FAULTS are injected into lab:\n  outbound: loss 3 %, delay 50 ms",
    )
    expect(await tunnel("faults lab --corrupt 0.1 --rate 10000")).toBe(
      "FAULTS are injected into lab:\n" +
        "  outbound: loss 3 %, delay 50 ms, corrupt 0.1 %, rate 10000 kbit/s\n" +
        "  inbound: corrupt 0.1 %, rate 10000 kbit/s",
    )
    expect(await tunnel("list")).toMatch(/^lab .* none \(CLEAR TEXT\) .* FAULTS /m)
    expect(await tunnel("show lab")).toMatch(/^faults +FAULTS are injected\n +outbound: loss 3 %/m)
    expect(JSON.parse(await tunnel("faults lab --no-rate --json"))).toMatchObject({
      faults: { inbound: { rateKbps: null } },
    })
    expect(await tunnel("faults lab --off")).toBe("lab has no faults injected.")
    expect((await view("lab")).faults).toEqual({})
  })

  it("becomes a hub, and one with a single peer again", async () => {
    await tunnel("set lab --hub --listen 0.0.0.0:55555 --transport icmp")
    expect(await tunnel("peers lab")).toContain("no peers yet")
    expect(await tunnel("peer add lab a 10.0.0.2 --allowed-ip 10.77.0.2/32")).toBe("Added a to lab.")
    expect((await view("lab")).security.peers).toHaveLength(1)
    await tunnel("set lab --peer 10.0.0.2")
    expect((await view("lab")).security).toEqual({ kind: "none" })
    expect(await tunnel("list")).toMatch(/^lab +tun7 +icmp on 0\.0\.0\.0:55555 from 10\.0\.0\.2 /m)
  })
})

describe("a hub", () => {
  const peers = "--hub-peer a=10.0.0.2 --hub-peer b=10.0.0.3,10.77.0.3/32"
  beforeEach(async () => {
    const ends = "--transport udp --listen 0.0.0.0:55555"
    await tunnel(`create --name hub --interface tap7 --security none ${ends} ${peers} --autostart`)
    await untilUp("hub")
  })

  it("shows how many of its peers are there, and who", async () => {
    expect(await tunnel("list")).toMatch(
      /^hub +tap7 +udp on 0\.0\.0\.0:55555, hub +none \(CLEAR TEXT\) +up +- +2 of 2 +1458/m,
    )
    expect(await tunnel("show hub")).toMatch(/^peers +2 of 2 connected$/m)
    expect(await tunnel("peers hub")).toMatch(/^a +10\.0\.0\.2 +connected +10\.0\.0\.2:\d+ /m)
    expect(JSON.parse(await tunnel("peers hub --json")).items).toMatchObject([{ name: "a" }, { name: "b" }])
    expect(await tunnel("macs hub")).toMatch(/^02:00:00:00:02:01 +a +\d+ s$/m)
    expect(JSON.parse(await tunnel("macs hub --json")).items).toContainEqual(expect.objectContaining({ peer: null }))
  })

  it("its peers are added, changed, disabled, enabled and removed", async () => {
    expect(await tunnel("peer add hub c 10.0.0.4 --disabled")).toBe("Added c to hub.")
    expect(await tunnel("peers hub")).toMatch(/^c +10\.0\.0\.4 +disabled/m)
    expect(await tunnel("peer enable hub c")).toBe("Enabled c of hub.")
    expect(await tunnel("peer disable hub a")).toBe("Disabled a of hub.")
    expect(await tunnel("peer set hub b --name south --address 10.0.0.9 --no-allowed-ip")).toBe("Changed b of hub.")
    expect(await tunnel("peer remove hub c")).toBe("Removed c from hub.")
    expect(await tunnel("peer remove hub a --json")).toBe("")
    expect((await view("hub")).security.peers).toEqual([{ name: "south", address: "10.0.0.9", enabled: true }])
  })

  it("a problem says which field", async () => {
    await expect(tunnel("peer add hub x 10.0.0.3")).rejects.toMatchObject({
      code: "peer-exists",
      errors: [{ path: "address", message: "10.0.0.3 is b's already." }],
    })
    await expect(tunnel("faults hub --loss 101")).rejects.toMatchObject({ code: "validation-failed" })
  })
})
