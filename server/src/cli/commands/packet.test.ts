import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { ipv4, tcp } from "../../../../shared/src/packets/samples/build.ts"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { followPackets } from "../packet-stream.ts"
import { packetCommand } from "./packet.ts"

// A packet that somebody watches, by command.

let test: TestPanel
let printed: string[] = []
let numbers: number[] = []
let stop: AbortController
let watching: Promise<void>
beforeEach(async () => {
  numbers = []
  stop = new AbortController()
  test = await startTestPanel()
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  const { token } = test.panel.tokens.create("test", { name: "cli", role: "admin" })
  vi.stubEnv("TUNDECK_URL", url)
  vi.stubEnv("TUNDECK_TOKEN", token)
  vi.spyOn(console, "log").mockImplementation((line: string) => printed.push(line))
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.0.0.1/24"] })
  await test.call("POST", "/tunnels", {
    ...{ name: "lab", interface: "tun7", autostart: true, security: { kind: "none" } },
    transport: { kind: "tcp", connect: "192.0.2.1:55555" },
  })
  const take = (reply: { type: string; items?: { number: number }[] }) => {
    numbers.push(...(reply.items ?? []).map(({ number }) => number))
    return "more" as const
  }
  watching = followPackets({ url, token }, { tunnel: "lab", filter: "injected" }, take, stop.signal)
  await eventually(() => expect([...test.engine.tunnels.values()].map(({ watch }) => watch)).toEqual(["live"]))
})
afterEach(async () => {
  stop.abort()
  await watching
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await test[Symbol.asyncDispose]()
})

/** What `tundeck packet …` prints. */
async function packet(line: string): Promise<string> {
  printed = []
  await packetCommand().parseAsync(line.split(" "), { from: "user" })
  return printed.join("\n")
}

const banner = "SSH-2.0-\u001b[31m<b>\u202e\r\n"

async function injected(): Promise<number> {
  const bytes = Buffer.from(ipv4(6, tcp(22, 40_000, [...Buffer.from(banner)]))).toString("hex")
  const { status } = await test.call("POST", "/tunnels/lab/inject", {
    ...{ direction: "outbound", packet: { kind: "raw", bytes } },
  })
  expect(status).toBe(200)
  await eventually(() => expect(numbers.length).toBeGreaterThan(0))
  return numbers.at(-1) ?? 0
}

describe("tundeck packet", () => {
  it("prints the fields with their places, then the bytes", async () => {
    const number = await injected()
    const text = await packet(`lab ${number}`)
    expect(text).toMatch(new RegExp(`^packet ${number}, 20\\d\\d-.*Z, ${40 + Buffer.from(banner).length} bytes\n\n`))
    expect(text).toMatch(/^ {4}0 \+20 +Internet Protocol Version 4.*10\.0\.0\.1.*$/m)
    expect(text).toMatch(/^ {3}20 \+2 + {2}Source port: 22/im)
    expect(text).toMatch(/^0x0000 {2}4500 00\w\w 0001 0000 4006 0000 0a00 0001 {2}E\.\.?.*\.$/m)
    expect(text).toMatch(/^0x0020 .* {2}P\.{7}SSH-2\.0-$/m)
  })

  it("what a terminal would obey is shown, not sent", async () => {
    const text = await packet(`lab ${await injected()}`)
    expect(text).toMatch(/SSH/)
    expect(text).toContain("<b>")
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
  })

  it("as JSON it is the API's answer with the fields", async () => {
    const number = await injected()
    const json = JSON.parse(await packet(`lab ${number} --json`))
    expect(json).toMatchObject({ number, link: "ip", bytes: expect.any(String) })
    expect(json.fields.map(({ start }: { start: number }) => start)).toEqual([0, 20, 40])
  })

  it("one that is not kept is a problem with what to do", async () => {
    await expect(packet("lab 999999")).rejects.toMatchObject({ code: "packet-gone" })
  })
})
