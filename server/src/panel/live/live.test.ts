import { once } from "node:events"
import { join } from "node:path"
import type { LiveReply, PacketBytes, TunnelView } from "@tundeck/shared"
import { liveReply, summarize } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { Tokens } from "../auth/tokens.ts"
import { createChanges } from "../changes.ts"
import { openStore } from "../store/open.ts"
import { sql } from "../store/store.ts"

let test: TestPanel
let port: number
let token: { id: string; token: string }
const open: WebSocket[] = []
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  await test.call("POST", "/tunnels", { name: "lab", ...over("tun7") })
  await eventually(async () => expect((await lab()).state).toBe("up"))
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  port = typeof address === "object" && address !== null ? address.port : 0
  token = test.panel.tokens.create("test", { name: "live", role: "viewer" })
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate()
  await test[Symbol.asyncDispose]()
})

const over = (on: string) => ({
  interface: on,
  transport: { kind: "tcp", connect: "10.0.0.2:55555" },
  security: { kind: "none" },
  autostart: true,
})
const lab = async () => (await test.call<TunnelView>("GET", "/tunnels/lab")).body
const watched = () => [...test.engine.tunnels.values()].map(({ watch }) => watch)

function dial(headers: Record<string, string>): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, { headers })
  open.push(socket)
  return socket
}

async function connect(headers: Record<string, string> = { authorization: `Bearer ${token.token}` }) {
  const socket = dial(headers)
  const replies: LiveReply[] = []
  socket.on("message", (data) => replies.push(liveReply.parse(JSON.parse(data.toString()))))
  await once(socket, "open")
  return { socket, replies, say: (request: unknown) => socket.send(JSON.stringify(request)) }
}

async function refusal(headers: Record<string, string>): Promise<number | undefined> {
  const socket = dial(headers)
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  socket.on("unexpected-response", (_request, response) => resolve(response.statusCode))
  socket.on("open", () => resolve(undefined))
  socket.on("error", () => {})
  return promise
}

function of<T extends LiveReply["type"]>(replies: LiveReply[], type: T) {
  return replies.filter((reply): reply is Extract<LiveReply, { type: T }> => reply.type === type)
}

async function sessionCookie(): Promise<string> {
  const { sessions } = test.panel
  const { secret } = await sessions.setup({
    token: sessions.newSetupToken(),
    username: "ann",
    password: "long enough 1",
  })
  return `tundeck_session_${port}=${secret}`
}

describe("the way in", () => {
  it("nobody without a credential, nobody from another page, no cookie without an Origin", async () => {
    const cookie = await sessionCookie()
    const own = `http://127.0.0.1:${port}`
    const authorization = `Bearer ${token.token}`
    expect(await refusal({})).toBe(401)
    expect(await refusal({ cookie: `tundeck_session_${port}=wrong`, origin: own })).toBe(401)
    expect(await refusal({ cookie })).toBe(403)
    expect(await refusal({ cookie, origin: "http://evil.example.org" })).toBe(403)
    expect(await refusal({ authorization, origin: "http://evil.example.org" })).toBe(403)
    expect(await refusal({ cookie, origin: `http://127.0.0.1:${port + 1}` })).toBe(403)
    expect(await refusal({ authorization, host: "evil.example.org" })).toBe(421)
    expect(await refusal({ cookie, origin: own })).toBeUndefined()
    expect(await refusal({ authorization })).toBeUndefined()
  })
})

describe("packets", () => {
  it("come decoded, in order, until the viewer leaves; nobody watches before and after", async () => {
    test.engine.pingsPerSecond = 100
    expect(watched()).toEqual(["off"])
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(of(replies, "packets").flatMap(({ items }) => items).length).toBeGreaterThan(20))
    const { id } = await lab()
    expect(replies[0]).toEqual({ type: "subscribed", topic: "packets", tunnel: id })
    const items = of(replies, "packets").flatMap((reply) => reply.items)
    const first = items[0]?.number ?? 0
    expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => first + index))
    expect(items.find(({ direction }) => direction === "inbound")).toMatchObject({
      info: expect.stringContaining("Echo (ping) reply"),
      verdict: "delivered",
    })
    expect(watched()).toEqual(["live"])
    say({ type: "unsubscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(watched()).toEqual(["resting"]))
  })

  it("of a tunnel that rested are those that were shown, then what passed meanwhile", async () => {
    test.engine.pingsPerSecond = 100
    const first = await connect()
    first.say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    const shown = () => of(first.replies, "packets").flatMap(({ items }) => items)
    await eventually(() => expect(shown().length).toBeGreaterThan(20))
    test.engine.pingsPerSecond = 10 // more may be too many to be kept, if this takes long
    first.socket.close()
    await eventually(() => expect(watched()).toEqual(["resting"]))
    const again = await connect()
    again.say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    const last = shown().at(-1)?.number ?? 0
    const numbers = () => of(again.replies, "packets").flatMap(({ items }) => items.map(({ number }) => number))
    await eventually(() => expect(numbers().at(-1)).toBeGreaterThan(last + 5))
    const begin = shown()[0]?.number ?? 0
    expect(numbers()).toEqual(numbers().map((_, i) => begin + i))
    expect(of(again.replies, "gap")).toEqual([])
  })

  it("rest for eight tunnels; who was left longest ago is let go", async () => {
    test.engine.pingsPerSecond = 100
    const names = Array.from({ length: 9 }, (_, i) => `more${i}`)
    for (const name of names) {
      await test.call("POST", "/interfaces", { name })
      await test.call("POST", "/tunnels", { name, ...over(name) })
    }
    for (const name of names) {
      const { say, replies, socket } = await connect()
      say({ type: "subscribe", topic: "packets", tunnel: name })
      await eventually(() => expect(of(replies, "packets").length).toBeGreaterThan(0))
      socket.close()
      await eventually(() => expect(watched().filter((watch) => watch === "live")).toEqual([]))
    }
    expect(watched()).toEqual(["off", "off", ...Array.from({ length: 8 }, () => "resting")])
  })

  it("the engine is watched until the last of several viewers is gone", async () => {
    const one = await connect()
    const two = await connect()
    for (const { say } of [one, two]) say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(watched()).toEqual(["live"]))
    await eventually(() => expect(of(two.replies, "subscribed")).toHaveLength(1))
    one.socket.close()
    await once(one.socket, "close")
    test.engine.pingsPerSecond = 100
    const before = of(two.replies, "packets").length
    await eventually(() => expect(of(two.replies, "packets").length).toBeGreaterThan(before + 2))
    expect(watched()).toEqual(["live"])
    two.socket.terminate()
    await eventually(() => expect(watched()).toEqual(["resting"]))
  })

  it("go on when the engine died and the tunnel runs again", async () => {
    test.engine.pingsPerSecond = 100
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(of(replies, "packets").length).toBeGreaterThan(0))
    await test.restartEngine()
    test.engine.pingsPerSecond = 100
    const before = of(replies, "packets").length
    await eventually(() => expect(of(replies, "packets").length).toBeGreaterThan(before + 2))
  })

  it("may be waited for before the tunnel runs", async () => {
    await test.call("POST", "/tunnels/lab/stop")
    test.engine.pingsPerSecond = 100
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(of(replies, "subscribed")).toHaveLength(1))
    await test.call("POST", "/tunnels/lab/start")
    await eventually(() => expect(of(replies, "packets").length).toBeGreaterThan(0))
  })

  it("a filter shows only what it finds, and hides without a gap", async () => {
    test.engine.pingsPerSecond = 100
    const { replies, say } = await connect()
    say({
      type: "subscribe",
      topic: "packets",
      tunnel: "lab",
      filter: "icmp[icmptype] = icmp-echoreply and tunnel == lab",
    })
    await eventually(() => expect(of(replies, "packets").flatMap(({ items }) => items).length).toBeGreaterThan(10))
    for (const { info } of of(replies, "packets").flatMap(({ items }) => items)) expect(info).toContain("reply")
    expect(of(replies, "gap")).toEqual([])
  })

  it("a filter that cannot be read is a problem with its column, and nothing is subscribed", async () => {
    const { replies, say } = await connect()
    for (const filter of ["tcp and prot 80", "(".repeat(4096), "x".repeat(4097)]) {
      say({ type: "subscribe", topic: "packets", tunnel: "lab", filter })
    }
    await eventually(() => expect(of(replies, "error")).toHaveLength(3))
    const [first, ...others] = of(replies, "error")
    expect(first).toMatchObject({
      code: "filter-invalid",
      errors: [{ path: "filter", column: 9, length: 4, message: expect.stringContaining("Did you mean port?") }],
    })
    expect(others.map(({ code }) => code)).toEqual(["filter-invalid", "filter-invalid"])
    expect(of(replies, "subscribed")).toEqual([])
    expect(watched()).toEqual(["off"])
  })

  it("are opened byte by byte by admins and also when they have left; the audit has it once", async () => {
    test.engine.pingsPerSecond = 100
    const { replies, say, socket } = await connect()
    say({ type: "subscribe", topic: "packets", tunnel: "lab" })
    await eventually(() => expect(of(replies, "packets").flatMap(({ items }) => items).length).toBeGreaterThan(10))
    test.engine.pingsPerSecond = 0 // more might take the place of those that are opened
    const items = of(replies, "packets").flatMap((reply) => reply.items)
    for (const { number, time, length, info } of items.slice(0, 5)) {
      const { body } = await test.call<PacketBytes>("GET", `/tunnels/lab/packets/${number}`)
      expect(body).toMatchObject({ number, time, length, link: "ip" })
      const bytes = Buffer.from(body.bytes, "base64")
      expect(summarize(bytes, length, "ip").info).toBe(info)
    }
    const first = items[0]?.number ?? 0
    expect(await test.refusal("GET", `/tunnels/lab/packets/${first}`, undefined, "viewer")).toBe("role-too-low")
    expect(await test.refusal("GET", "/tunnels/lab/packets/9999999")).toBe("packet-gone")
    expect(await test.refusal("GET", "/tunnels/lab/packets/-1")).toBe("validation-failed")
    expect(await test.refusal("GET", "/tunnels/lab/packets/1.5")).toBe("validation-failed")
    expect(await test.refusal("GET", "/tunnels/ghost/packets/1")).toBe("tunnel-not-found")
    const audit = sql.selectFrom("audit").select(["actor", "subject"]).where("action", "=", "readPacket")
    expect(test.saved(audit)).toEqual([{ actor: "token admin", subject: "tunnel lab" }])
    socket.close()
    await eventually(() => expect(watched()).toEqual(["resting"]))
    expect((await test.call("GET", `/tunnels/lab/packets/${first}`)).status).toBe(200)
  })

  it("of an unknown tunnel are a problem, and the connection stays", async () => {
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "packets", tunnel: "ghost" })
    say({ type: "subscribe", topic: "packets" })
    say({ type: "subscribe", topic: "everything" })
    say({ type: "subscribe", topic: "events", also: 1 })
    say("nonsense")
    await eventually(() => expect(of(replies, "error")).toHaveLength(5))
    const codes = of(replies, "error").map(({ code }) => code)
    expect(codes.filter((code) => code === "tunnel-not-found")).toHaveLength(2)
    expect(codes.filter((code) => code === "validation-failed")).toHaveLength(3)
  })
})

describe("states, counters, events", () => {
  it("tunnels: all at once, then each change, then each deletion", async () => {
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "tunnels" })
    await eventually(() => expect(of(replies, "tunnels")).toHaveLength(1))
    expect(of(replies, "tunnels")[0]).toMatchObject({ items: [{ name: "lab", state: "up" }], all: true })
    const { id } = await lab()
    test.engine.move(id, "reconnecting", { code: "peer-closed", detail: "The peer closed the connection." })
    await eventually(() =>
      expect(of(replies, "tunnels").at(-1)).toMatchObject({
        items: [{ state: "reconnecting", reason: { code: "peer-closed" } }],
      }),
    )
    await test.call("DELETE", "/tunnels/lab")
    await eventually(() => expect(of(replies, "tunnels").at(-1)).toEqual({ type: "tunnels", items: [], deleted: [id] }))
  })

  it("interfaces: a word that something changed, by us or by others", async () => {
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "interfaces" })
    await eventually(() => expect(of(replies, "subscribed")).toHaveLength(1))
    test.engine.disturb("tun7", { mtu: 1300 })
    await eventually(() => expect(of(replies, "interfaces").length).toBeGreaterThan(0))
  })

  it("stats: once a second, from one question to the engine however many look, and none when nobody does", async () => {
    const viewers = await Promise.all([connect(), connect()])
    test.engine.calls.length = 0
    for (const { say } of viewers) say({ type: "subscribe", topic: "stats" })
    for (const { replies } of viewers) await eventually(() => expect(of(replies, "stats").length).toBeGreaterThan(0))
    const { id } = await lab()
    expect(of(viewers[0].replies, "stats")[0]?.items).toMatchObject([{ id, stats: { reconnects: 0 } }])
    const asked = () => test.engine.calls.filter(({ method }) => method === "tunnel.list").length
    expect(asked()).toBeLessThanOrEqual(of(viewers[0].replies, "stats").length + 2)
    for (const { say } of viewers) say({ type: "unsubscribe", topic: "stats" })
    for (const { replies } of viewers) await eventually(() => expect(of(replies, "unsubscribed")).toHaveLength(1))
    const told = of(viewers[0].replies, "stats").length
    await new Promise((resolve) => setTimeout(resolve, 1200)) // what must not happen has no condition to poll for
    expect(of(viewers[0].replies, "stats").length).toBe(told)
  })

  it("stats: what a change of transport made of it comes along", async () => {
    const { replies, say } = await connect()
    const transport = { kind: "icmp", connect: "10.0.0.2:7" }
    await test.call("PATCH", "/tunnels/lab", { transport })
    say({ type: "subscribe", topic: "stats" })
    await eventually(() => expect(of(replies, "stats").length).toBeGreaterThan(0))
    expect(of(replies, "stats")[0]?.items).toMatchObject([{ swap: { from: "tcp", to: "icmp" } }])
  })

  it("tunnels: many changes at once are few messages", async () => {
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "tunnels" })
    await eventually(() => expect(of(replies, "tunnels")).toHaveLength(1))
    const { id } = await lab()
    for (let i = 0; i < 100; i++) test.engine.move(id, i % 2 === 0 ? "reconnecting" : "up")
    test.engine.move(id, "failed")
    await eventually(() => expect(of(replies, "tunnels").at(-1)).toMatchObject({ items: [{ state: "failed" }] }))
    expect(of(replies, "tunnels").length).toBeLessThan(50)
  })

  it("events: as they happen", async () => {
    const { replies, say } = await connect()
    say({ type: "subscribe", topic: "events" })
    await eventually(() => expect(of(replies, "subscribed")).toHaveLength(1))
    await test.call("POST", "/tunnels/lab/stop")
    await eventually(() =>
      expect(of(replies, "events").flatMap(({ items }) => items)).toContainEqual(
        expect.objectContaining({ subject: "tunnel lab", text: "Stopped by token admin" }),
      ),
    )
  })
})

describe("the end", () => {
  it("a revoked token closes what was opened with it, and nothing else", async () => {
    const revoked = await connect()
    const cookie = await sessionCookie()
    const other = await connect({ cookie, origin: `http://127.0.0.1:${port}` })
    const closed = once(revoked.socket, "close")
    await test.call("DELETE", `/tokens/${token.id}`)
    expect((await closed)[0]).toBe(4401)
    expect(other.socket.readyState).toBe(WebSocket.OPEN)
  })

  it("a token that was revoked by another process, in the database, closes what was opened with it", async () => {
    const { socket } = await connect()
    const closed = once(socket, "close")
    const { store } = openStore(join(test.directory, "data"))
    new Tokens(store, createChanges(), Date.now).revoke("root on this host", token.id)
    store.close()
    expect((await closed)[0]).toBe(4401)
  })

  it("signing out closes what the session opened", async () => {
    const cookie = await sessionCookie()
    const origin = `http://127.0.0.1:${port}`
    const { socket } = await connect({ cookie, origin })
    const closed = once(socket, "close")
    const host = `127.0.0.1:${port}`
    const answer = await fetch(`${origin}/api/v1/sessions/current`, {
      method: "DELETE",
      headers: { cookie, origin, host },
    })
    expect(answer.status).toBe(204)
    expect((await closed)[0]).toBe(4401)
  })

  it("a message that is too large, or no text, ends or is refused, and the panel goes on", async () => {
    const { socket } = await connect()
    const closed = once(socket, "close")
    socket.on("error", () => {})
    socket.send("x".repeat(30_000))
    await closed
    const binary = await connect()
    binary.socket.send(Buffer.from([1, 2, 3]))
    await eventually(() => expect(of(binary.replies, "error")).toHaveLength(1))
    expect((await test.call("GET", "/health")).status).toBe(200)
  })
})
