import { readFileSync } from "node:fs"
import { join } from "node:path"
import {
  type HostEvent,
  type InviteClaimed,
  type InviteCreated,
  type InviteView,
  type ProblemDocument,
  parseWgQuick,
  type TunnelImported,
  type TunnelView,
} from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ownHost, startTestPanel, type TestPanel } from "../../../testing/panel.ts"
import { newPrivateKey, publicKeyOf } from "../../../wireguard/keys.ts"
import { sql } from "../../store/store.ts"

let test: TestPanel
/** Added to the clock. */
let later = 0
beforeEach(async () => {
  later = 0
  test = await startTestPanel({ now: () => Date.now() + later })
  await test.call("POST", "/interfaces", { name: "wg0", addresses: ["10.9.0.1/24", "fd09::1/64"], mtu: 1420 })
  await createHub({ name: "hub", interface: "wg0" })
})
afterEach(() => test[Symbol.asyncDispose]())

const listening = { kind: "udp", listen: "198.51.100.7:51820" }
const createHub = (change: object) => test.call<TunnelView>("POST", "/tunnels", { transport: listening, ...change })
const north = { name: "north", allowedIps: ["10.9.0.2/32"], expiresInSeconds: 600 }
const invite = (change: object = {}, tunnel = "hub") =>
  test.call<InviteCreated>("POST", `/tunnels/${tunnel}/invites`, { ...north, ...change })
const invited = async (change: object = {}) => (await invite(change)).body
const claim = (token: string) =>
  test.call<InviteClaimed & ProblemDocument>("GET", `/invites/${token}`, undefined, "nobody")
const states = async () =>
  (await test.call<{ items: InviteView[] }>("GET", "/tunnels/hub/invites")).body.items.map(({ state }) => state)
const peers = async () => {
  const { security } = (await test.call<TunnelView>("GET", "/tunnels/hub")).body
  return security.kind === "wireguard" ? security.peers : []
}
const confOf = (text: string | null) => {
  const { conf, faults } = parseWgQuick(text ?? "")
  expect(faults).toEqual([])
  return conf
}
const problemOf = async (change: object, tunnel = "hub") =>
  (await invite(change, tunnel)).body as unknown as ProblemDocument

describe("an invite", () => {
  it("adds a peer that is let in at once, and answers what the other side needs", async () => {
    const { status, body } = await invite({ dns: ["10.9.0.1"] })
    expect(status).toBe(201)
    expect(body.invite).toMatchObject({ peer: "north", state: "open", createdBy: "token admin" })
    const conf = confOf(body.conf)
    const hub = (await test.call<TunnelView>("GET", "/tunnels/hub")).body.security
    expect(conf).toMatchObject({ addresses: ["10.9.0.2/24"], dns: ["10.9.0.1"], mtu: 1420, listenPort: null })
    expect(conf.peers).toEqual([
      {
        name: "hub",
        publicKey: "publicKey" in hub ? hub.publicKey : "",
        presharedKey: expect.stringMatching(/^.{43}=$/),
        allowedIps: ["10.9.0.0/24", "fd09::/64"],
        endpoint: "198.51.100.7:51820",
        keepaliveSeconds: 25,
      },
    ])
    expect(await peers()).toEqual([
      {
        name: "north",
        publicKey: publicKeyOf(conf.privateKey ?? ""),
        hasPresharedKey: true,
        allowedIps: ["10.9.0.2/32"],
        keepaliveSeconds: 0,
        enabled: true,
        expiresAt: body.invite.expiresAt,
      },
    ])
  })

  it("what its link opens, it opens once", async () => {
    const { token, code, conf } = await invited()
    const first = await claim(token)
    expect([first.status, first.body]).toEqual([200, { tunnel: "hub", code, conf }])
    expect(await states()).toEqual(["claimed"])
    const second = await claim(token)
    expect([second.status, second.body.code]).toEqual([410, "invite-gone"])
    expect(JSON.stringify(second.body)).not.toContain("PrivateKey")
  })

  it("a HEAD, as those send who look at links before people do, opens nothing", async () => {
    const { token } = await invited()
    const url = `/api/v1/invites/${token}`
    const head = await test.panel.app.inject({ method: "HEAD", url, headers: { host: ownHost } })
    expect(head.statusCode).toBe(401)
    expect((await claim(token)).status).toBe(200)
  })

  it("two who ask at once: one has it", async () => {
    const { token } = await invited()
    const answers = await Promise.all([claim(token), claim(token), claim(token)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410, 410])
  })

  it("another token opens nothing, and one that is no token is no question", async () => {
    const { token } = await invited()
    const other = `${token.slice(1)}${token.startsWith("A") ? "B" : "A"}`
    expect((await claim(other)).body.code).toBe("invite-not-found")
    expect((await claim("short")).body.code).toBe("validation-failed")
    expect((await claim(token)).status).toBe(200)
  })

  it("one source may not try many", async () => {
    const tries = []
    for (let i = 0; i < 21; i++) tries.push((await claim("A".repeat(43))).status)
    expect(tries.slice(0, 20)).toEqual(Array(20).fill(404))
    expect(tries[20]).toBe(429)
  })

  it("when nobody comes until it expires, link and peer are gone", async () => {
    const { token } = await invited()
    await test.panel.invites.sweep()
    expect([await states(), (await peers()).length]).toEqual([["open"], 1])
    later = 601_000
    expect((await claim(token)).body.code).toBe("invite-gone")
    await test.panel.invites.sweep()
    await test.panel.invites.sweep()
    expect([await states(), await peers()]).toEqual([["expired"], []])
    expect(actions().filter((action) => action === "expireInvite")).toHaveLength(1)
    later += 8 * 86_400_000
    await test.panel.invites.sweep()
    expect(await states()).toEqual([])
  })

  it("once the peer has connected it stays, and the link is closed", async () => {
    const { token } = await invited()
    await test.call("POST", "/tunnels/hub/start")
    await expect.poll(async () => (await test.call<TunnelView>("GET", "/tunnels/hub")).body.state).toBe("up")
    await test.panel.invites.sweep()
    expect(await states()).toEqual(["used"])
    expect((await claim(token)).body.code).toBe("invite-gone")
    later = 601_000
    await test.panel.invites.sweep()
    expect(await peers()).toMatchObject([{ name: "north" }])
    expect((await peers())[0]).not.toHaveProperty("expiresAt")
  })

  it("taken back, its peer goes with it", async () => {
    const { token, invite: made } = await invited()
    expect((await test.call("DELETE", `/tunnels/hub/invites/${made.id}`)).status).toBe(204)
    expect([await states(), await peers()]).toEqual([[], []])
    expect((await claim(token)).body.code).toBe("invite-not-found")
    expect(await test.refusal("DELETE", `/tunnels/hub/invites/${made.id}`)).toBe("invite-not-found")
  })

  it("a peer that somebody made permanent meanwhile is not removed", async () => {
    await invited()
    await test.call("PATCH", "/tunnels/hub/peers/north", { expiresAt: null })
    later = 601_000
    await test.panel.invites.sweep()
    expect([await states(), (await peers()).length]).toEqual([["expired"], 1])
  })

  it("of a peer that was removed opens nothing", async () => {
    const { token } = await invited()
    await test.call("DELETE", "/tunnels/hub/peers/north")
    expect((await claim(token)).body.code).toBe("invite-gone")
  })

  it("goes with its tunnel", async () => {
    const { token } = await invited()
    await test.call("DELETE", "/tunnels/hub")
    expect((await claim(token)).body.code).toBe("invite-not-found")
  })

  it("outlives the panel", async () => {
    const { token } = await invited()
    await test.restart()
    expect((await claim(token)).status).toBe(200)
  })

  it("is an admin's to make, and a viewer's to see", async () => {
    expect(await test.refusal("POST", "/tunnels/hub/invites", north, "viewer")).toBe("role-too-low")
    await invited()
    expect((await test.call("GET", "/tunnels/hub/invites", undefined, "viewer")).status).toBe(200)
    expect(await test.refusal("GET", "/tunnels/hub/invites", undefined, "nobody")).toBe("sign-in-required")
  })

  it.each<[string, object, string, string]>([
    ["a name that is taken", { allowedIps: ["10.9.0.3/32"] }, "peer-exists", "name"],
    ["a network that another has", { name: "south" }, "validation-failed", "allowedIps.0"],
    ["no address", { name: "south", allowedIps: [] }, "validation-failed", "allowedIps"],
    ["a network alone", { name: "south", allowedIps: ["10.10.0.0/16"] }, "validation-failed", "addresses"],
    ["no time", { name: "south", expiresInSeconds: 5 }, "validation-failed", "expiresInSeconds"],
  ])("%s is refused, and nothing changes", async (_what, change, code, path) => {
    await invited()
    expect(await problemOf(change)).toMatchObject({ code, errors: [{ path }] })
    expect([await states(), (await peers()).length]).toEqual([["open"], 1])
  })

  it("where it is not known how the tunnel is reached, that is asked for", async () => {
    for (const [name, transport] of [
      ["any", { kind: "udp" }],
      ["all", { kind: "udp", listen: "[::]:51820" }],
    ] as const) {
      await createHub({ name, interface: "wg0", transport })
      expect(await problemOf({}, name)).toMatchObject({ code: "validation-failed", errors: [{ path: "endpoint" }] })
      const { body } = await invite({ endpoint: "vpn.example.org:51820" }, name)
      expect(confOf(body.conf).peers[0]?.endpoint).toBe("vpn.example.org:51820")
    }
  })

  it("over tcp only another Tundeck can use it", async () => {
    await createHub({ name: "stream", interface: "wg0", transport: { ...listening, kind: "tcp" } })
    expect(await problemOf({ form: "conf" }, "stream")).toMatchObject({ errors: [{ path: "form" }] })
    expect((await invite({}, "stream")).body.conf).toBeNull()
  })

  it("clear text has none", async () => {
    const clear = { transport: { kind: "udp", connect: "10.0.0.2:1" }, security: { kind: "none" } }
    await createHub({ name: "clear", interface: "wg0", ...clear })
    expect((await problemOf({}, "clear")).code).toBe("tunnel-without-keys")
  })
})

describe("accepting", () => {
  it("makes the interface and the tunnel on the other host", async () => {
    const { code } = await invited()
    await using other = await startTestPanel()
    const { status, body } = await other.call<TunnelImported>("POST", "/tunnels/accept", { code: ` ${code}\n` })
    expect([status, body.interface, body.notes]).toEqual([201, "hub", []])
    expect(body.tunnel).toMatchObject({ name: "hub", transport: { kind: "udp" }, insecure: false, state: "connecting" })
    expect(body.tunnel.security).toMatchObject({
      publicKey: (await peers())[0]?.publicKey,
      peers: [{ name: "hub", endpoint: "198.51.100.7:51820", hasPresharedKey: true, keepaliveSeconds: 25 }],
    })
    expect((await other.call("GET", "/interfaces/hub")).body).toMatchObject({
      kind: "tun",
      mtu: 1420,
      addresses: ["10.9.0.2/24"],
      routes: [{ destination: "fd09::/64" }],
    })
    expect(JSON.stringify(body)).not.toMatch(/privateKey|presharedKey/)
  })

  it("of a tap tunnel over tcp: a tap and tcp", async () => {
    await test.call("POST", "/interfaces", { name: "tap0", kind: "tap", addresses: ["10.8.0.1/24"] })
    await createHub({ name: "bridge", interface: "tap0", transport: { ...listening, kind: "tcp" } })
    const { code } = (await invite({ allowedIps: ["10.8.0.2/32"] }, "bridge")).body
    await using other = await startTestPanel()
    const wish = { code, name: "far", interface: "tap9", autostart: false }
    const { body } = await other.call<TunnelImported>("POST", "/tunnels/accept", wish)
    expect(body.tunnel).toMatchObject({ name: "far", interface: "tap9", transport: { kind: "tcp" }, state: "stopped" })
    expect((await other.call("GET", "/interfaces/tap9")).body).toMatchObject({ kind: "tap" })
  })

  it("what is no code, or one that is cut, changed or too late, makes nothing", async () => {
    const { code } = await invited()
    const { body: before } = await test.call("GET", "/interfaces")
    for (const wrong of [
      "x",
      "tundeck-invite-",
      code.slice(0, -9),
      code.replace("-invite-", "-inVite-"),
      `${code}!`.slice(20),
    ]) {
      const { body } = await test.call<ProblemDocument>("POST", "/tunnels/accept", { code: wrong, name: "far" })
      expect(body).toMatchObject({ code: "validation-failed", errors: [{ path: "code" }] })
    }
    later = 601_000
    expect(await test.refusal("POST", "/tunnels/accept", { code, name: "far" })).toBe("invite-gone")
    expect((await test.call("GET", "/interfaces")).body).toEqual(before)
  })

  it("a code with commands in it runs none", async () => {
    const { code } = await invited()
    const content = JSON.parse(Buffer.from(code.replace("tundeck-invite-", ""), "base64url").toString())
    content.conf = content.conf.replace("[Interface]", "[Interface]\nPostUp = touch /tmp/x")
    const forged = `tundeck-invite-${Buffer.from(JSON.stringify(content)).toString("base64url")}`
    const { body } = await test.call<ProblemDocument>("POST", "/tunnels/accept", { code: forged, name: "far" })
    expect(body.errors).toMatchObject([
      { path: "code", message: expect.stringContaining("Line 2: PostUp is a command") },
    ])
  })
})

it("the database alone reveals nothing of an invite, nor do events and audit", async () => {
  const { token, conf, code } = await invited()
  const { privateKey, peers: ends } = confOf(conf)
  const secrets = [token, code.slice(20, 60), privateKey ?? "", "PrivateKey"]
  const database = () =>
    ["tundeck.db", "tundeck.db-wal"].map((name) => readFileSync(join(test.directory, "data", name), "latin1")).join()
  for (const secret of secrets) expect(database()).not.toContain(secret)
  await claim(token)
  const told = JSON.stringify([
    test.saved(sql.selectFrom("audit").selectAll()),
    (await test.call<{ items: HostEvent[] }>("GET", "/events")).body,
    (await test.call("GET", "/tunnels/hub/invites")).body,
  ])
  for (const secret of [...secrets, ends[0]?.presharedKey ?? "none"]) expect(told).not.toContain(secret)
  expect(actions()).toEqual(expect.arrayContaining(["createInvite", "claimInvite"]))
  expect(test.saved(sql.selectFrom("invites").select("sealed"))).toEqual([{ sealed: null }])
})

it("a peer's key that is its own invite's is still one peer", async () => {
  await invited()
  const [north] = await peers()
  expect(await test.refusal("POST", "/tunnels/hub/peers", { publicKey: north?.publicKey })).toBe("peer-exists")
  expect((await test.call("POST", "/tunnels/hub/peers", { publicKey: publicKeyOf(newPrivateKey()) })).status).toBe(201)
})

const actions = () => test.saved(sql.selectFrom("audit").select("action")).map(({ action }) => action)
