import { type HostEvent, type TunnelConfig, type TunnelView, tunnelConfig, type WireguardConfig } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"
import { sql } from "../store/store.ts"

let test: TestPanel
let id: string
let config: TunnelConfig & { security: WireguardConfig }
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "wg0" })
  const created = await test.call<TunnelView>("POST", "/tunnels", {
    name: "lab",
    interface: "wg0",
    transport: { kind: "udp", listen: "0.0.0.0:51820" },
    security: { kind: "wireguard", peers: [peer("a"), peer("b")] },
    autostart: true,
  })
  id = created.body.id
  config = started()
})
afterEach(() => test[Symbol.asyncDispose]())

const peer = (name: string) => ({
  name,
  publicKey: publicKeyOf(newPrivateKey()),
  allowedIps: [],
  keepaliveSeconds: 0,
  enabled: true,
})

/** What the engine was told to run last. */
function started(): TunnelConfig & { security: WireguardConfig } {
  const call = test.engine.calls.findLast(({ method }) => method === "tunnel.start")
  const { security, ...rest } = tunnelConfig.parse(call?.params)
  if (security.kind !== "wireguard") throw new Error("not wireguard")
  return { ...rest, security }
}

const read = async () => (await test.call<TunnelView>("GET", "/tunnels/lab")).body
const untilTaken = () => eventually(() => expect(test.engine.reconfigurations).toEqual([]))

it("peers added, changed and removed over the socket are saved, told and in the audit, without a secret", async () => {
  const [a, b] = config.security.peers
  if (a === undefined || b === undefined) throw new Error("two peers")
  const presharedKey = newPresharedKey()
  const peers = [{ ...a, presharedKey, endpoint: "192.0.2.7:51820" }, peer("c")]
  test.engine.calls.length = 0
  test.engine.reconfigure({ id, revision: 1, security: { ...config.security, peers }, firewallMark: 81 })
  await untilTaken()
  const view = await read()
  expect(view.security.peers).toMatchObject([
    { name: "a", hasPresharedKey: true, endpoint: "192.0.2.7:51820" },
    { name: "c", hasPresharedKey: false },
  ])
  expect(view.transport).toEqual({ kind: "udp", listen: "0.0.0.0:51820", firewallMark: 81 })
  expect(test.engine.calls.map(({ method }) => method)).not.toContain("tunnel.start")
  const text = "Changed over its configuration socket: added c; removed b; changed a; firewall mark 81"
  const events = await test.call<{ items: HostEvent[] }>("GET", "/events")
  expect(events.body.items.map((event) => event.text)).toContain(text)
  const audit = lastAudit()
  expect(audit).toMatchObject({ actor: "configuration socket", action: "reconfigureTunnel", subject: "tunnel lab" })
  expect(JSON.parse(audit?.detail ?? "")).toEqual({
    added: ["c"],
    removed: ["b"],
    changed: ["a"],
    isOtherKey: false,
    firewallMark: 81,
  })
})

it("what was taken already changes nothing and is taken again", async () => {
  const change = { id, revision: 4, security: { ...config.security, privateKey: newPrivateKey() }, listen: null }
  test.engine.reconfigure(change)
  await untilTaken()
  expect((await read()).transport).toEqual({ kind: "udp" })
  const before = lastAudit()
  test.engine.reconfigure({ ...change, revision: 5 })
  await untilTaken()
  expect(lastAudit()).toEqual(before)
})

it("a change that came while the panel was away is saved before the engine is told what is wanted", async () => {
  await test.panel.close()
  test.engine.reconfigure({ id, revision: 1, security: { ...config.security, peers: [peer("c")] } })
  test.engine.calls.length = 0
  await test.restart()
  expect(test.engine.reconfigurations).toEqual([])
  const set = test.engine.calls.find(({ method }) => method === "wanted.set")
  expect(set?.params).toMatchObject({ tunnels: [{ security: { peers: [{ name: "c" }] } }] })
})

it.each<[string, () => string]>([
  ["a tunnel that is deleted", () => "t_0"],
  ["one that is clear text by now", () => id],
])("of %s there is nothing to save", async (_what, of) => {
  if (of() === id) {
    const clear = { transport: { kind: "udp", connect: "10.0.0.2:1" }, security: { kind: "none" } }
    await test.call("PATCH", "/tunnels/lab", clear)
  }
  test.engine.reconfigure({ id: of(), revision: 1, security: { ...config.security, peers: [] } })
  await untilTaken()
})

it("the time of the last handshake goes forward, and outlives panel and engine", async () => {
  for (const stamp of ["1000", "5000", "999", "20000", "3000"]) test.engine.stamp(id, stamp)
  const stampOf = () => test.saved(sql.selectFrom("tunnels").select("stamped_after"))[0]?.stamped_after
  await eventually(() => expect(stampOf()).toBe("20000"))
  await test.call("PATCH", "/tunnels/lab", { transport: { kind: "udp" } })
  expect(started().security.stampedAfter).toBe("20000")
  await test.restartAll()
  await eventually(() => {
    const set = test.engine.calls.find(({ method }) => method === "wanted.set")
    expect(set?.params).toMatchObject({ tunnels: [{ security: { stampedAfter: "20000" } }] })
  })
})

function lastAudit() {
  return test.saved(sql.selectFrom("audit").selectAll().orderBy("id", "desc").limit(1))[0]
}
