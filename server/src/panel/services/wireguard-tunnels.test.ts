import {
  type HostEvent,
  liveReply,
  type ProblemDocument,
  routes,
  type TunnelConfig,
  type TunnelPeerStatus,
  type TunnelView,
  tunnelConfig,
  type WireguardConfig,
} from "@tundeck/shared"
import pino from "pino"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { z } from "zod"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"
import { sql } from "../store/store.ts"

const secretNames = new Set(["privateKey", "previousPrivateKey", "presharedKey", "stampedAfter"])

/** The name of every field that a schema lets through. */
function fieldsOf(schema: z.ZodType): string[] {
  const names: string[] = []
  JSON.stringify(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }), (key, value) => {
    if (key === "properties") names.push(...Object.keys(value))
    return value
  })
  return names
}

let test: TestPanel
/** Every line of the panel's log. */
let logged: string[] = []
beforeEach(async () => {
  logged = []
  const logger = pino({ level: "trace" }, { write: (line) => logged.push(line) })
  test = await startTestPanel({ logger })
  await test.call("POST", "/interfaces", { name: "wg0", addresses: ["10.9.0.1/24"] })
})
afterEach(() => test[Symbol.asyncDispose]())

const [keyA, keyB, keyC] = [newPrivateKey(), newPrivateKey(), newPrivateKey()].map(publicKeyOf)
const lab = { name: "lab", interface: "wg0", transport: { kind: "udp", listen: "0.0.0.0:51820" }, autostart: true }
const create = (change: object = {}) => test.call<TunnelView>("POST", "/tunnels", { ...lab, ...change })
const withPeers = (...peers: object[]) => create({ security: { kind: "wireguard", peers } })
const change = (body: object) => test.call<TunnelView>("PATCH", "/tunnels/lab", body)
const read = async () => (await test.call<TunnelView>("GET", "/tunnels/lab")).body
const add = (peer: object) => test.call<TunnelView>("POST", "/tunnels/lab/peers", peer)
const changePeer = (which: string, patch: object) =>
  test.call<TunnelView>("PATCH", `/tunnels/lab/peers/${encodeURIComponent(which)}`, patch)
const problem = async (method: string, path: string, body?: object) =>
  (await test.call<ProblemDocument>(method, path, body)).body

/** What the engine was told to run last. */
function started(): TunnelConfig & { security: WireguardConfig } {
  const { security, ...rest } = tunnelConfig.parse(
    test.engine.calls.findLast(({ method }) => method === "tunnel.start")?.params,
  )
  if (security.kind !== "wireguard") throw new Error("not wireguard")
  return { ...rest, security }
}
const secretsOf = (name: string) => started().security.peers.find((peer) => peer.name === name)?.presharedKey
const wireguardOf = ({ security }: TunnelView) => {
  if (security.kind !== "wireguard") throw new Error("not wireguard")
  return security
}

describe("keys", () => {
  it("without one a key is made, and the answer has the public one", async () => {
    const { body } = await create()
    expect(wireguardOf(body).publicKey).toBe(publicKeyOf(started().security.privateKey))
  })

  it("a key that is given is kept until another one is", async () => {
    const first = newPrivateKey()
    await create({ security: { kind: "wireguard", privateKey: first } })
    await change({ security: { kind: "wireguard" } })
    await change({ transport: { kind: "udp" } })
    expect(started().security.privateKey).toBe(first)
    const second = newPrivateKey()
    const { body } = await change({ security: { kind: "wireguard", privateKey: second } })
    expect(wireguardOf(body)).toMatchObject({ publicKey: publicKeyOf(second), previousPublicKey: null })
  })

  it("a rotation keeps the one before until it is retired", async () => {
    const { publicKey: first } = wireguardOf((await create()).body)
    const rotated = wireguardOf((await test.call<TunnelView>("POST", "/tunnels/lab/keys/rotate")).body)
    expect(rotated.previousPublicKey).toBe(first)
    expect(rotated.publicKey).not.toBe(first)
    const { privateKey, previousPrivateKey = "" } = started().security
    expect([privateKey, previousPrivateKey].map(publicKeyOf)).toEqual([rotated.publicKey, first])
    expect(await test.refusal("POST", "/tunnels/lab/keys/rotate")).toBe("previous-key-in-use")
    await change({ security: { kind: "wireguard", peers: [{ publicKey: keyA }] } })
    expect(wireguardOf(await read()).previousPublicKey).toBe(first)
    for (let i = 0; i < 2; i++) await test.call("POST", "/tunnels/lab/keys/retire")
    expect(wireguardOf(await read())).toMatchObject({ publicKey: rotated.publicKey, previousPublicKey: null })
    expect(started().security.previousPrivateKey).toBeUndefined()
    expect((await test.call("POST", "/tunnels/lab/keys/rotate")).status).toBe(200)
  })

  it("clear text has none", async () => {
    await create({ transport: { kind: "udp", connect: "10.0.0.2:1" }, security: { kind: "none" } })
    for (const verb of ["rotate", "retire"]) {
      expect(await test.refusal("POST", `/tunnels/lab/keys/${verb}`)).toBe("tunnel-without-keys")
    }
  })

  it.each<[string, string]>([
    ["43 characters", "A".repeat(43)],
    ["33 bytes", Buffer.alloc(33, 1).toString("base64")],
    ["31 bytes", Buffer.alloc(31, 1).toString("base64")],
    ["another way to write 32 bytes", `${"A".repeat(42)}B=`],
    ["base64 of URLs", `${"_".repeat(42)}A=`],
    ["a line end", `${newPrivateKey()}\n`],
    ["the zero key", Buffer.alloc(32).toString("base64")],
    ["hex", "00".repeat(32)],
  ])("%s is no key, and what was sent is not repeated", async (_what, key) => {
    await withPeers({ publicKey: keyA })
    for (const security of [
      { kind: "wireguard", privateKey: key },
      { kind: "wireguard", peers: [{ publicKey: key }] },
      { kind: "wireguard", peers: [{ publicKey: keyB, presharedKey: key }] },
    ]) {
      const refused = await problem("PATCH", "/tunnels/lab", { security })
      expect(refused.code).toBe("validation-failed")
      expect(JSON.stringify(refused)).not.toContain(key.trim())
    }
  })
})

describe("peers", () => {
  it("have names of their keys where none is given, each its own", async () => {
    const key = (end: string) => `abc+DE/f${"A".repeat(33)}${end}E=`
    const { body } = await withPeers(
      { publicKey: key("A") },
      { publicKey: key("B") },
      { publicKey: `/${keyA?.slice(1)}` },
    )
    const names = wireguardOf(body).peers.map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(["abc-de-f", "abc-de-f-2"])
    expect(names[2]).toMatch(/^0[a-z0-9-]{7}$/)
  })

  it("one more is in the engine at once, and the others do not notice", async () => {
    await withPeers({ name: "a", publicKey: keyA })
    const before = test.engine.tunnels.get((await read()).id)
    const { status } = await add({ name: "b", publicKey: keyB, allowedIps: ["10.9.0.3/32"], keepaliveSeconds: 25 })
    expect(status).toBe(201)
    expect(test.engine.tunnels.get((await read()).id)).toBe(before)
    expect(started().security.peers).toMatchObject([{ name: "a" }, { name: "b", keepaliveSeconds: 25 }])
    const { body } = await test.call<{ items: TunnelPeerStatus[] }>("GET", "/tunnels/lab/peers")
    expect(body.items).toMatchObject([{ publicKey: keyA }, { publicKey: keyB }])
  })

  it("are found by name and by key, as it stands in URLs, too", async () => {
    await withPeers({ name: "a", publicKey: keyA }, { name: "b", publicKey: keyB })
    const urlSafe = keyB?.replaceAll("+", "-").replaceAll("/", "_").replace("=", "") ?? ""
    for (const [i, which] of ["b", keyB ?? "", urlSafe, `${urlSafe}=`].entries()) {
      const { body } = await changePeer(which, { keepaliveSeconds: i + 1 })
      expect(wireguardOf(body).peers[1]?.keepaliveSeconds).toBe(i + 1)
    }
    expect((await test.call("DELETE", `/tunnels/lab/peers/${urlSafe}`)).status).toBe(204)
    expect(wireguardOf(await read()).peers).toMatchObject([{ name: "a" }])
    expect(await test.refusal("DELETE", `/tunnels/lab/peers/${urlSafe}`)).toBe("peer-not-found")
  })

  it("change field by field; null takes away", async () => {
    await withPeers({ name: "a", publicKey: keyA, allowedIps: ["10.9.0.2/32"], endpoint: "192.0.2.7:1", expiresAt: 5 })
    expect(wireguardOf((await changePeer("a", { enabled: false })).body).peers).toEqual([
      {
        name: "a",
        publicKey: keyA,
        hasPresharedKey: false,
        allowedIps: ["10.9.0.2/32"],
        endpoint: "192.0.2.7:1",
        keepaliveSeconds: 0,
        enabled: false,
        expiresAt: 5,
      },
    ])
    const taken = { endpoint: null, expiresAt: null, allowedIps: null, publicKey: keyC, name: "c" }
    expect(wireguardOf((await changePeer("a", taken)).body).peers).toEqual([
      { name: "c", publicKey: keyC, hasPresharedKey: false, allowedIps: [], keepaliveSeconds: 0, enabled: false },
    ])
  })

  it("keep their preshared key until it is taken away by name", async () => {
    const presharedKey = newPresharedKey()
    await withPeers({ name: "a", publicKey: keyA, presharedKey }, { name: "b", publicKey: keyB, presharedKey })
    await changePeer("a", { keepaliveSeconds: 1 })
    await change({ security: { kind: "wireguard", peers: [{ publicKey: keyA }, { publicKey: keyB, name: "z" }] } })
    expect([secretsOf("a"), secretsOf("z")]).toEqual([presharedKey, presharedKey])
    await changePeer("a", { presharedKey: null })
    expect([secretsOf("a"), secretsOf("z")]).toEqual([undefined, presharedKey])
    await change({ security: { kind: "wireguard", peers: [{ publicKey: keyB, presharedKey: null }] } })
    expect(wireguardOf(await read()).peers).toMatchObject([{ name: "z", hasPresharedKey: false }])
  })

  it("a network that another has moves, and the answer, the time line and the list say so", async () => {
    await withPeers({ name: "a", publicKey: keyA, allowedIps: ["10.9.0.2/32", "10.8.0.0/16"] })
    const added = await add({ name: "b", publicKey: keyB, allowedIps: ["10.8.0.0/16", "10.9.0.3/32"] })
    expect(added.body.moved).toEqual([{ network: "10.8.0.0/16", from: "a", to: "b" }])
    const back = await changePeer("a", { allowedIps: ["10.9.0.3/32", "10.9.0.2/32"] })
    expect(back.body.moved).toEqual([{ network: "10.9.0.3/32", from: "b", to: "a" }])
    expect(wireguardOf(await read()).peers.map(({ allowedIps }) => allowedIps)).toEqual([
      ["10.9.0.3/32", "10.9.0.2/32"],
      ["10.8.0.0/16"],
    ])
    expect((await read()).moved).toBeUndefined()
    const { body } = await test.call<{ items: HostEvent[] }>("GET", "/events")
    expect(body.items.map(({ text }) => text)).toContain("10.9.0.3/32 moved from b to a")
  })

  it("of two that are sent with one network the later one has it", async () => {
    const { body } = await withPeers(
      { name: "a", publicKey: keyA, allowedIps: ["10.9.0.2/32", "10.9.0.2/32"] },
      { name: "b", publicKey: keyB, allowedIps: ["10.9.0.2/32"] },
    )
    expect(body.moved).toContainEqual({ network: "10.9.0.2/32", from: "a", to: "b" })
    expect(wireguardOf(body).peers.map(({ allowedIps }) => allowedIps)).toEqual([[], ["10.9.0.2/32"]])
  })

  it.each<[string, object, string, string]>([
    ["a name that is taken", { name: "a", publicKey: keyB }, "peer-exists", "name"],
    ["a key that is taken", { name: "b", publicKey: keyA }, "peer-exists", "publicKey"],
    ["an address", { name: "b", address: "10.0.0.2" }, "validation-failed", "address"],
    ["neither", { name: "b" }, "validation-failed", "publicKey"],
    ["what is no field", { publicKey: keyB, colour: "red" }, "validation-failed", "colour"],
    ["host bits", { publicKey: keyB, allowedIps: ["10.9.0.2/24"] }, "validation-failed", "allowedIps.0"],
    ["an endpoint without a port", { publicKey: keyB, endpoint: "peer.lan" }, "validation-failed", "endpoint"],
  ])("%s is refused", async (_what, peer, code, path) => {
    await withPeers({ name: "a", publicKey: keyA })
    const { body } = await test.call<ProblemDocument>("POST", "/tunnels/lab/peers", peer)
    expect(body).toMatchObject({ code, errors: [{ path }] })
    expect(wireguardOf(await read()).peers).toHaveLength(1)
  })

  it("the tunnel's own key is no peer's", async () => {
    const publicKey = wireguardOf((await create()).body).publicKey
    expect((await problem("POST", "/tunnels/lab/peers", { publicKey })).errors).toMatchObject([{ path: "publicKey" }])
    const security = { kind: "wireguard", peers: [{ publicKey: keyA }, { publicKey }] }
    expect((await problem("PATCH", "/tunnels/lab", { security })).errors).toMatchObject([
      { path: "security.peers.1.publicKey" },
    ])
  })
})

describe("connect is the endpoint of the only peer", () => {
  const calling = { kind: "udp", connect: "peer.lan:51820" }

  it("saved there, so that a second peer changes no transport", async () => {
    const { body } = await create({ transport: calling, security: { kind: "wireguard", peers: [{ publicKey: keyA }] } })
    expect(body.transport).toEqual({ kind: "udp" })
    expect(wireguardOf(body).peers).toMatchObject([{ endpoint: "peer.lan:51820" }])
    expect((await add({ publicKey: keyB })).status).toBe(201)
  })

  it("waits for a peer while there is none", async () => {
    expect((await create({ transport: calling })).body.transport).toEqual(calling)
    const { body } = await add({ publicKey: keyA })
    expect(body.transport).toEqual({ kind: "udp" })
    expect(wireguardOf(body).peers).toMatchObject([{ endpoint: "peer.lan:51820" }])
  })

  it("another one moves the peer there", async () => {
    await create({ transport: calling, security: { kind: "wireguard", peers: [{ publicKey: keyA }] } })
    const { body } = await change({ transport: { kind: "udp", connect: "192.0.2.7:1" } })
    expect(wireguardOf(body).peers).toMatchObject([{ endpoint: "192.0.2.7:1" }])
  })

  it("is refused when it is not clear whose it is", async () => {
    for (const peers of [[{ publicKey: keyA }, { publicKey: keyB }], [{ publicKey: keyA, endpoint: "10.0.0.2:1" }]]) {
      const answer = await create({ transport: calling, security: { kind: "wireguard", peers } })
      expect(answer.body).toMatchObject({ code: "validation-failed", errors: [{ path: "transport.connect" }] })
    }
  })
})

describe("secrets go in and do not come out", () => {
  it("no field of any route's answer is one", () => {
    for (const [name, { answer }] of Object.entries(routes)) {
      const secret = answer === null ? [] : fieldsOf(answer).filter((field) => secretNames.has(field))
      expect([name, secret]).toEqual([name, []])
    }
  })

  it("nor is one of what viewers are told live", () => {
    expect(fieldsOf(liveReply)).toContain("hasPresharedKey")
    expect(fieldsOf(liveReply).filter((field) => secretNames.has(field))).toEqual([])
  })

  const secrets = { privateKey: newPrivateKey(), presharedKey: newPresharedKey(), other: newPresharedKey() }
  const all = Object.values(secrets)

  it("not in any answer, event, audit record or line of the log, whatever route is asked", async () => {
    const answers: unknown[] = []
    const call = async (...args: Parameters<TestPanel["call"]>) => answers.push((await test.call(...args)).body)
    const { privateKey, presharedKey, other } = secrets
    const security = { kind: "wireguard", privateKey, peers: [{ name: "a", publicKey: keyA, presharedKey }] }
    await call("POST", "/tunnels", { ...lab, security })
    await call("POST", "/tunnels/lab/peers", { name: "b", publicKey: keyB, presharedKey: other })
    await call("PATCH", "/tunnels/lab", { security: { ...security, peers: [...security.peers, { publicKey: keyB }] } })
    await call("PATCH", "/tunnels/lab/peers/a", { presharedKey: other })
    await call("POST", "/tunnels/lab/keys/rotate")
    await call("POST", "/tunnels", { ...lab, security })
    await call("POST", "/tunnels/lab/peers", { name: "b", publicKey: keyB, presharedKey: other })
    await call("PATCH", "/tunnels/lab", `{"security": {"kind": "wireguard", "privateKey": "${privateKey}`)
    await call("PATCH", "/tunnels/lab", `{"privateKey": "${privateKey}"x}`)
    await call("PATCH", "/tunnels/lab", `{"privateKey": x"${privateKey}"}`)
    for (const path of ["/tunnels", "/tunnels/lab", "/tunnels/lab/peers", "/tunnels/lab/stats", "/events"]) {
      for (const as of ["admin", "viewer"] as const) await call("GET", path, undefined, as)
    }
    await call("DELETE", "/tunnels/lab/peers/b")
    await call("POST", "/tunnels/lab/keys/retire")
    await call("DELETE", "/tunnels/lab")
    const audit = test.saved(sql.selectFrom("audit").selectAll())
    const events = test.saved(sql.selectFrom("events").selectAll())
    const rotated = started().security.privateKey
    const text = JSON.stringify([answers, audit, events, logged])
    expect(logged.length).toBeGreaterThan(0)
    for (const secret of [...all, rotated]) {
      expect(text).not.toContain(secret)
      for (let i = 0; i + 6 <= secret.length; i++) expect(text).not.toContain(secret.slice(i, i + 6))
    }
    expect(audit.map(({ detail }) => detail).join()).toContain('"presharedKey":"(secret)"')
  })
})
