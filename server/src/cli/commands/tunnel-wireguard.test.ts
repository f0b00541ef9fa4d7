import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type InviteCreated, parseWgQuick, type TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"
import { keyCommand } from "./key.ts"
import { tunnelCommand } from "./tunnel.ts"

let test: TestPanel
let directory: string
let printed: string[] = []
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-cli-"))
  test = await startTestPanel()
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  vi.stubEnv("TUNDECK_URL", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`)
  vi.stubEnv("TUNDECK_TOKEN", test.panel.tokens.create("test", { name: "cli", role: "admin" }).token)
  vi.spyOn(console, "log").mockImplementation((line: string) => printed.push(line))
  vi.spyOn(console, "error").mockImplementation(() => {})
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0)
  await test.call("POST", "/interfaces", { name: "wg0", addresses: ["10.9.0.1/24"] })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await test[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

/** What `tundeck tunnel …` prints. */
async function tunnel(line: string): Promise<string> {
  printed = []
  await tunnelCommand().parseAsync(line.split(" "), { from: "user" })
  return printed.join("\n")
}
async function key(...words: string[]): Promise<string> {
  printed = []
  await keyCommand().parseAsync(words, { from: "user" })
  return printed.join("\n")
}
function file(text: string): string {
  const path = join(directory, `${Math.random()}`)
  writeFileSync(path, text)
  return path
}
const view = async (name = "lab"): Promise<TunnelView> => JSON.parse(await tunnel(`show ${name} --json`))
const publicKey = publicKeyOf(newPrivateKey())
const create = (more = "") => tunnel(`create --name lab --interface wg0 --listen 198.51.100.7:51820${more}`)

describe("create", () => {
  it("without a word of security it is wireguard over udp, and its public key is printed", async () => {
    const said = await create()
    const { security, transport, insecure } = await view()
    expect([transport, insecure]).toEqual([{ kind: "udp", listen: "198.51.100.7:51820" }, false])
    expect(said).toBe(`Created lab (stopped).\npublic key  ${"publicKey" in security ? security.publicKey : ""}`)
    expect(await tunnel("list")).toMatch(/^lab +wg0 +udp on 198\.51\.100\.7:51820 +wireguard +stopped /m)
    expect(await tunnel("show lab")).toMatch(/^public key +.{43}=$/m)
  })

  it("with a key of one's own, peers, and a way back to tcp", async () => {
    const own = newPrivateKey()
    await create(
      ` --private-key ${file(`${own}\n`)} --fallback --wireguard-peer north=${publicKey}@192.0.2.7:1,10.9.0.2/32,10.1.0.0/16`,
    )
    expect(await view()).toMatchObject({
      transport: { fallback: true },
      security: {
        publicKey: publicKeyOf(own),
        peers: [{ name: "north", publicKey, endpoint: "192.0.2.7:1", allowedIps: ["10.9.0.2/32", "10.1.0.0/16"] }],
      },
    })
    await tunnel("set lab --no-fallback --dscp 8")
    expect(await view()).toMatchObject({
      transport: { dscp: 8 },
      security: { publicKey: publicKeyOf(own), peers: [{}] },
    })
    expect((await view()).transport).not.toHaveProperty("fallback")
  })

  it("a key file that is not there is said by the option", async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true)
    const command = tunnelCommand()
    for (const each of command.commands) each.exitOverride()
    const line = `create --name lab --interface wg0 --private-key ${directory}/none`
    await expect(command.parseAsync(line.split(" "), { from: "user" })).rejects.toThrow(
      /--private-key.*cannot be read/s,
    )
  })
})

describe("peers", () => {
  beforeEach(() => create())
  const peersOf = async () => {
    const { security } = await view()
    return security.kind === "wireguard" ? security.peers : []
  }

  it("are added, changed, shown and removed", async () => {
    const add = `peer add lab north --public-key ${publicKey} --allowed-ip 10.9.0.2/32`
    expect(await tunnel(`${add} --keepalive 25 --endpoint peer.lan:1 --expires 2099-01-31`)).toBe("Added north to lab.")
    expect(await peersOf()).toEqual([
      {
        name: "north",
        publicKey,
        hasPresharedKey: false,
        allowedIps: ["10.9.0.2/32"],
        endpoint: "peer.lan:1",
        keepaliveSeconds: 25,
        enabled: true,
        expiresAt: Date.UTC(2099, 0, 31),
      },
    ])
    expect(await tunnel("peers lab")).toMatch(/^NAME +PUBLIC KEY .*\nnorth +.{43}= +absent +peer\.lan:1 .* 2099-01-31/m)
    const set = `peer set lab north --preshared-key ${file(newPresharedKey())} --no-endpoint --no-expires --keepalive 0`
    expect(await tunnel(set)).toBe("Changed north of lab.")
    expect(await peersOf()).toEqual([
      {
        name: "north",
        publicKey,
        hasPresharedKey: true,
        allowedIps: ["10.9.0.2/32"],
        keepaliveSeconds: 0,
        enabled: true,
      },
    ])
    await tunnel("peer set lab north --no-preshared-key --name south")
    expect(await tunnel("peer disable lab south")).toBe("Disabled south of lab.")
    expect(await peersOf()).toMatchObject([{ name: "south", hasPresharedKey: false, enabled: false }])
    await tunnel(`peer remove lab ${publicKey}`)
    expect(await peersOf()).toEqual([])
  })

  it("a preshared key that is made is printed once, for the other side", async () => {
    const said = await tunnel(`peer add lab north --public-key ${publicKey} --new-preshared-key`)
    expect(said).toMatch(/^Added north to lab\.\nPreshared key, for the other side: .{43}=$/)
    const changed = JSON.parse(await tunnel("peer set lab north --new-preshared-key --json"))
    expect(changed).toMatchObject({ name: "lab", presharedKey: expect.stringMatching(/^.{43}=$/) })
  })

  it("a network that moves is told", async () => {
    await tunnel(`peer add lab a --public-key ${publicKey} --allowed-ip 10.9.0.2/32`)
    const said = await tunnel(`peer add lab b --public-key ${publicKeyOf(newPrivateKey())} --allowed-ip 10.9.0.2/32`)
    expect(said).toBe("Added b to lab.\n10.9.0.2/32 moved from a to b.")
  })

  it("want a key or an address", async () => {
    await expect(tunnel("peer add lab north")).rejects.toThrow("--public-key")
    await expect(tunnel(`peer add lab north 10.0.0.2 --public-key ${publicKey}`)).rejects.toThrow("--public-key")
    await expect(tunnel("peer add lab north 10.0.0.2")).rejects.toMatchObject({ code: "validation-failed" })
  })
})

describe("invites and files", () => {
  beforeEach(() => create())

  it("what one host prints, the other accepts", async () => {
    const code = await tunnel("invite lab north --allowed-ip 10.9.0.2/32 --expires 1h")
    expect(await tunnel("invites lab")).toMatch(/^i_\w+ +north +open +token cli /m)
    const accept = `accept --code ${file(code)} --name far --interface far0 --no-autostart`
    expect(await tunnel(accept)).toMatch(/^Created far over far0 \(stopped\)\.\npublic key {2}.{43}=$/)
    expect((await view("far")).security.peers).toMatchObject([{ endpoint: "198.51.100.7:51820" }])
  })

  it("a file for any app, and taken back", async () => {
    const conf = await tunnel("invite lab phone --allowed-ip 10.9.0.3/32 --conf --dns 10.9.0.1 --route 10.0.0.0/8")
    expect(parseWgQuick(conf)).toMatchObject({
      faults: [],
      conf: { dns: ["10.9.0.1"], peers: [{ allowedIps: ["10.0.0.0/8"] }] },
    })
    const { items } = JSON.parse(await tunnel("invites lab --json"))
    expect(await tunnel(`uninvite lab ${items[0].id}`)).toBe(`Took ${items[0].id} back.`)
    const made: InviteCreated = JSON.parse(await tunnel("invite lab phone --allowed-ip 10.9.0.3/32 --json"))
    expect(made.token).toHaveLength(43)
  })

  it("a file goes in, and comes out without its secrets", async () => {
    const secret = newPrivateKey()
    const text = `[Interface]\nPrivateKey = ${secret}\nAddress = 10.8.0.2/24\nDNS = 10.8.0.1\n[Peer]\nPublicKey = ${publicKey}\nAllowedIPs = 10.8.0.0/24\n`
    const said = await tunnel(`import ${file(text)} --name office --interface wg8 --no-autostart`)
    expect(said).toMatch(/^Created office over wg8 \(stopped\)\.\npublic key {2}.*\nnote: DNS = 10\.8\.0\.1: /)
    const out = await tunnel("export office")
    expect(out).toContain(`PublicKey = ${publicKey}`)
    expect(out).not.toContain(secret)
    const refused = tunnel(`import ${file(`${text}PostUp = x`)} --name other`)
    await expect(refused).rejects.toMatchObject({ errors: [{ message: expect.stringContaining("Line 8") }] })
  })

  it("the key is rotated, and the one before retired", async () => {
    const { security } = await view()
    const [, next] = (await tunnel("rotate-key lab")).split("\n")
    expect(await tunnel("show lab")).toMatch(/^previous key +.{43}=$/m)
    expect((await view()).security).toMatchObject({
      publicKey: next,
      previousPublicKey: "publicKey" in security ? security.publicKey : "",
    })
    expect(await tunnel("rotate-key lab --retire")).toBe("The previous key of lab is retired.")
    expect((await view()).security).toMatchObject({ publicKey: next, previousPublicKey: null })
  })
})

describe("keys are made on the spot", () => {
  it("private, public and preshared, as `wg` prints them", async () => {
    const made = await key("generate")
    expect(made).toMatch(/^.{43}=$/)
    expect(await key("public", file(`${made}\n`))).toBe(publicKeyOf(made))
    expect(await key("preshared")).toMatch(/^.{43}=$/)
    const both = JSON.parse(await key("generate", "--json"))
    expect(both.publicKey).toBe(publicKeyOf(both.privateKey))
    await expect(key("public", file("no key"))).rejects.toThrow("32 bytes in base64")
  })
})
