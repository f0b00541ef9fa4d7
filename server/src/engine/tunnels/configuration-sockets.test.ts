import { createSocket } from "node:dgram"
import { mkdtempSync, rmSync, unlinkSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { errno, openUnixListener, unixSocketAnswers } from "@tundeck/native-bindings"
import { type NewHostEvent, Problem, type TunnelReconfigured } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import type { TunnelManager } from "../ports.ts"
import { keyOf, wireguardPeer, wireguardTunnel } from "../testing/wireguard-tunnel.ts"
import { createTunnelManager } from "./tunnel-manager.ts"

// Without an interface to attach to: what the socket says and what it makes of the configuration. With one, in wireguard-tools.net.test.ts.

let directory: string
let manager: TunnelManager
let events: NewHostEvent[]
let reports: TunnelReconfigured[]
let refusedWith: number | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sockets-"))
  events = []
  reports = []
  refusedWith = undefined
  manager = createManager(false)
})
afterEach(async () => {
  await manager.close()
  rmSync(directory, { recursive: true })
})

const path = (name = "wg0") => join(directory, `${name}.sock`)

function createManager(isStandAlone: boolean): TunnelManager {
  const attach = () => {
    throw new Problem("interface-not-found", "There is no interface wg0.")
  }
  return createTunnelManager({
    devices: { attach, detach: () => {}, facts: () => undefined, onChange: () => () => {} },
    onStatus: () => {},
    onEvent: (event) => events.push(event),
    onPackets: () => {},
    wireguard: {
      onStamped: () => {},
      onReconfigured: (report) => reports.push(report),
      sockets: {
        open: (name) => (refusedWith === undefined ? { fd: openUnixListener(path(name), 4) } : { errno: refusedWith }),
        remove: (name) => unlinkSync(path(name)),
      },
      isStandAlone,
    },
  })
}

function say(text: string, name = "wg0"): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path(name))
    let answer = ""
    socket.setEncoding("latin1")
    socket.on("data", (more: string) => {
      answer += more
      if (answer.endsWith("\n\n")) socket.end()
    })
    socket.on("error", reject)
    socket.on("close", () => resolve(answer))
    socket.write(text)
  })
}

const hex = (letter: string) => Buffer.from(keyOf(letter), "base64").toString("hex")

it("a tunnel is told over its socket as it is wanted", async () => {
  const peer = wireguardPeer("a", { endpoint: "10.0.0.9:51820", allowedIps: ["10.0.0.0/8"], keepaliveSeconds: 25 })
  const off = wireguardPeer("b", { enabled: false })
  manager.start(wireguardTunnel([peer, off], { transport: { kind: "udp", listen: "[::]:51820" } }))
  const text = await say("get=1\n\n")
  expect(text).toContain(`private_key=${hex("P")}\nlisten_port=51820\npublic_key=${hex("a")}\n`)
  expect(text).toContain("endpoint=10.0.0.9:51820\nlast_handshake_time_sec=0\n")
  expect(text).toContain("persistent_keepalive_interval=25\nallowed_ip=10.0.0.0/8\nerrno=0\n\n")
  expect(text).not.toContain(hex("b"))
})

it("a change counts at once, is reported, and is not undone by what the panel wanted before", async () => {
  const wanted = wireguardTunnel([wireguardPeer("a", { allowedIps: ["10.0.0.0/8"] })])
  manager.start(wanted)
  const request = `set=1\nlisten_port=7\npublic_key=${hex("b")}\nallowed_ip=10.0.0.0/8\n\n`
  expect(await say(request)).toBe("errno=0\n\n")
  manager.start(wanted)
  const { id } = wanted
  expect(manager.peers(id).map(({ publicKey }) => publicKey)).toEqual([keyOf("a"), keyOf("b")])
  expect(reports).toMatchObject([{ id, revision: 1, listen: "[::]:7", firewallMark: null }])
  expect(reports[0]?.security.peers.map(({ allowedIps }) => allowedIps)).toEqual([[], ["10.0.0.0/8"]])
  expect(manager.reconfigurations()).toEqual(reports)
  const name = reports[0]?.security.peers[1]?.name
  expect(events.map(({ text }) => text)).toContain(`10.0.0.0/8 is ${name}'s now, and no longer a's.`)
  manager.taken(id, 1)
  manager.start(wanted)
  expect(manager.peers(id)).toHaveLength(1)
  expect(await say("get=1\n\n")).not.toContain("listen_port")
})

it("what changes nothing is not reported, and what is refused changes nothing", async () => {
  manager.start(wireguardTunnel([wireguardPeer("a")]))
  const before = await say("get=1\n\n")
  expect(await say(`set=1\npublic_key=${hex("a")}\nreplace_allowed_ips=true\n\n`)).toBe("errno=0\n\n")
  expect(await say(`set=1\nfwmark=1\npublic_key=${hex("b")}\nallowed_ip=x\n\n`)).toBe("errno=-22\n\n")
  expect(await say(`set=1\nprivate_key=${"0".repeat(64)}\n\n`)).toBe("errno=-22\n\n")
  expect(await say("get=1\n\n")).toBe(before)
  expect(reports).toEqual([])
})

it("a port that another program has is EADDRINUSE", async () => {
  const other = createSocket("udp4")
  await new Promise<void>((resolve) => other.bind(0, "0.0.0.0", resolve))
  manager.start(wireguardTunnel())
  expect(await say(`set=1\nlisten_port=${other.address().port}\n\n`)).toBe(`errno=-${errno.EADDRINUSE}\n\n`)
  other.close()
  expect(reports).toEqual([])
})

it("the socket is there while the tunnel runs over udp, under its interface's name", async () => {
  const wanted = wireguardTunnel()
  manager.start(wanted)
  expect(unixSocketAnswers(path())).toBe(true)
  manager.start({ ...wanted, transport: { kind: "tcp", listen: "[::]:7" } })
  expect(() => unixSocketAnswers(path())).toThrow(/ENOENT/)
  manager.start(wanted)
  expect(unixSocketAnswers(path())).toBe(true)
  manager.start({ ...wanted, interface: "wg1" })
  await expect.poll(() => unixSocketAnswers(path("wg1"))).toBe(true)
  expect(() => unixSocketAnswers(path())).toThrow(/ENOENT/)
  await manager.stop("t")
  expect(() => unixSocketAnswers(path("wg1"))).toThrow(/ENOENT/)
})

it.each([
  [errno.EADDRINUSE, /^Another program serves .*wg0\.sock/],
  [errno.EACCES, /^There is no .*wg0\.sock \(EACCES\)/],
])("without a socket (errno %i) the tunnel runs, and an event says so once", (why, text) => {
  refusedWith = why
  manager.start(wireguardTunnel())
  manager.start(wireguardTunnel([wireguardPeer("a")]))
  expect(manager.peers("t")).toHaveLength(1)
  expect(events.filter((event) => text.test(event.text))).toHaveLength(1)
})

it("a socket that another program has is asked for again, and served once it is free", async () => {
  await manager.close()
  vi.useFakeTimers({ toFake: ["setInterval"] })
  manager = createManager(false)
  refusedWith = errno.EADDRINUSE
  manager.start(wireguardTunnel())
  vi.advanceTimersByTime(30_000)
  expect(events.filter(({ text }) => text.includes("wg0.sock"))).toHaveLength(1)
  refusedWith = undefined
  vi.advanceTimersByTime(10_000)
  vi.useRealTimers()
  expect(await say("get=1\n\n")).toContain("errno=0")
})

it("where no panel keeps it a tunnel may be without a private key, and nothing is reported", async () => {
  await manager.close()
  manager = createManager(true)
  manager.start(wireguardTunnel())
  expect(await say(`set=1\nprivate_key=${"0".repeat(64)}\n\n`)).toBe("errno=0\n\n")
  expect(await say("get=1\n\n")).toBe("errno=0\n\n")
  expect(manager.reconfigurations()).toEqual([])
})
