import {
  type InterfaceView,
  type ProblemDocument,
  parseWgQuick,
  type TunnelImported,
  type TunnelView,
} from "@tundeck/shared"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
})
afterEach(() => test[Symbol.asyncDispose]())

const privateKey = newPrivateKey()
const presharedKey = newPresharedKey()
const [north, south] = [publicKeyOf(newPrivateKey()), publicKeyOf(newPrivateKey())]
const file = (...more: string[]) =>
  [
    "[Interface]",
    "Address = 10.9.0.2/24, fd09::2/64",
    `PrivateKey = ${privateKey}`,
    "ListenPort = 51820",
    "FwMark = 0x51",
    ...more,
    "[Peer]",
    "# Name = north",
    `PublicKey = ${north}`,
    `PresharedKey = ${presharedKey}`,
    "AllowedIPs = 10.9.0.0/24, 10.20.0.0/16",
    "Endpoint = 192.0.2.7:51820",
    "PersistentKeepalive = 25",
    "[Peer]",
    `PublicKey = ${south}`,
    "AllowedIPs = 10.21.0.0/16",
  ].join("\n")
const take = (conf: string, change: object = {}) =>
  test.call<TunnelImported>("POST", "/tunnels/import", { name: "office", interface: "wg0", conf, ...change })
const refused = async (conf: string) => (await take(conf)).body as unknown as ProblemDocument
const exported = async () => {
  const { body } = await test.call<{ files: { name: string; text: string }[] }>(
    "GET",
    "/tunnels/office/export?format=wg-quick",
  )
  return body.files[0] ?? { name: "", text: "" }
}
const nothingMade = async () => {
  expect((await test.call("GET", "/interfaces")).body).toEqual({ items: [] })
  expect((await test.call("GET", "/tunnels")).body).toEqual({ items: [] })
}

describe("import", () => {
  it("makes the interface with its addresses and routes, and the tunnel, which starts", async () => {
    const { status, body } = await take(file())
    expect([status, body.notes, body.interface]).toEqual([201, [], "wg0"])
    expect(body.tunnel).toMatchObject({
      name: "office",
      interface: "wg0",
      transport: { kind: "udp", listen: "[::]:51820", firewallMark: 0x51 },
      state: "connecting",
      security: {
        kind: "wireguard",
        publicKey: publicKeyOf(privateKey),
        peers: [
          { name: "north", endpoint: "192.0.2.7:51820", keepaliveSeconds: 25, hasPresharedKey: true },
          { publicKey: south, allowedIps: ["10.21.0.0/16"] },
        ],
      },
    })
    const { body: over } = await test.call<InterfaceView>("GET", "/interfaces/wg0")
    expect(over).toMatchObject({ kind: "tun", mtu: 1420, addresses: ["10.9.0.2/24", "fd09::2/64"] })
    expect(over.routes).toEqual([{ destination: "10.20.0.0/16" }, { destination: "10.21.0.0/16" }])
  })

  it("MTU and Table are the file's", async () => {
    await take(file("MTU = 1380", "Table = off"))
    expect((await test.call("GET", "/interfaces/wg0")).body).toMatchObject({ mtu: 1380, routes: [] })
  })

  it("names of interface and tunnel may be left out or be long", async () => {
    const conf = file()
    await test.call("POST", "/tunnels/import", { name: "a-name-that-is-long-for-linux", conf, autostart: false })
    expect((await test.call("GET", "/interfaces/a-name-that-is-")).status).toBe(200)
  })

  it("what is otherwise than written is said in words", async () => {
    const everything = file("DNS = 10.9.0.1, example.org").replace("10.21.0.0/16", "0.0.0.0/0, ::/0, 192.0.2.0/24")
    const { body } = await take(everything.replace(`PrivateKey = ${privateKey}`, ""))
    expect(body.notes).toEqual([
      expect.stringContaining("No route to 0.0.0.0/0 was made"),
      expect.stringContaining("No route to ::/0 was made"),
      expect.stringContaining("the endpoint 192.0.2.7 is in it"),
      expect.stringContaining("no PrivateKey: a new one was made"),
      expect.stringContaining("DNS = 10.9.0.1, example.org"),
    ])
    expect(JSON.stringify(body)).not.toContain(presharedKey)
  })

  it.each(["PreUp", "PostUp", "PreDown", "PostDown"])(
    "%s is refused by its line, and nothing is made",
    async (word) => {
      const answer = await refused(file(`${word} = touch /tmp/tundeck-was-here`))
      expect(answer).toMatchObject({
        code: "validation-failed",
        errors: [{ path: "conf", message: expect.stringMatching(new RegExp(`^Line 6: ${word} is a command`)) }],
      })
      await nothingMade()
    },
  )

  it("all that is wrong is told at once, and no secret of the file", async () => {
    const answer = await refused(file("MTU = 20", "Colour = red", `PrivateKey = ${privateKey}x`))
    expect(answer.errors?.map(({ message }) => message.slice(0, 7))).toEqual(["Line 6:", "Line 7:", "Line 8:"])
    expect(JSON.stringify(answer)).not.toContain(privateKey.slice(0, 8))
  })

  it("a name that is taken, of tunnel or interface: nothing is made", async () => {
    await take(file(), { autostart: false })
    expect(await test.refusal("POST", "/tunnels/import", { name: "office", interface: "wg1", conf: file() })).toBe(
      "tunnel-exists",
    )
    expect((await test.call("GET", "/interfaces/wg1")).status).toBe(404)
    expect(await test.refusal("POST", "/tunnels/import", { name: "other", interface: "wg0", conf: file() })).toBe(
      "interface-exists",
    )
    expect((await test.call("GET", "/tunnels/other")).status).toBe(404)
  })

  it("a tunnel that cannot be made takes its interface with it", async () => {
    const answer = await refused(file().replace(south, publicKeyOf(privateKey)))
    expect(answer).toMatchObject({ code: "validation-failed" })
    await nothingMade()
  })

  it("a file that is too large is refused", async () => {
    expect((await refused(file("#".repeat(262_144)))).errors).toMatchObject([{ path: "conf" }])
    expect((await take("#".repeat(2_000_000))).status).toBe(413)
  })

  it("garbage is answered in words, always", async () => {
    const garbage = fc.array(fc.oneof(fc.string({ unit: "binary-ascii" }), fc.constantFrom(...file().split(/(\s)/))), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(garbage, async (parts) => {
        const { status, body } = await take(parts.join("\n"), { autostart: false })
        expect([400, 201]).toContain(status)
        if (status === 400) {
          const { code, errors = [] } = body as unknown as ProblemDocument
          expect([code, new Set(errors.map(({ path }) => path))]).toEqual(["validation-failed", new Set(["conf"])])
        } else for (const path of ["/tunnels/office", "/interfaces/wg0"]) await test.call("DELETE", path)
      }),
      { numRuns: 60 },
    )
  })
})

describe("export", () => {
  it("is what was imported, without its secrets; comments say where they belong", async () => {
    await take(file("MTU = 1380"))
    await test.call("POST", "/tunnels/office/peers", {
      name: "old",
      publicKey: publicKeyOf(newPrivateKey()),
      enabled: false,
    })
    const { name, text } = await exported()
    expect(name).toBe("wg0.conf")
    const { conf, faults } = parseWgQuick(text)
    const { conf: given } = parseWgQuick(file("MTU = 1380"))
    const peers = given.peers.map((peer) => ({ ...peer, presharedKey: null, name: peer.name ?? expect.any(String) }))
    expect([faults, conf]).toEqual([[], { ...given, privateKey: null, peers }])
    for (const secret of [privateKey, presharedKey]) expect(text).not.toContain(secret)
    expect(text).toContain(`# Tunnel office, public key ${publicKeyOf(privateKey)}`)
    expect(text).toContain("# PrivateKey = is not given out")
    expect(text).toContain("# A PresharedKey is still to be put in for: north")
    expect(text).toContain("# Left out, because not enabled: old")
  })

  it("is for admins, of wireguard tunnels, in a format that is known", async () => {
    await take(file())
    expect(await test.refusal("GET", "/tunnels/office/export?format=wg-quick", undefined, "viewer")).toBe(
      "role-too-low",
    )
    expect(await test.refusal("GET", "/tunnels/office/export?format=ini")).toBe("validation-failed")
    const clear = { transport: { kind: "udp", connect: "10.0.0.2:1" }, security: { kind: "none" } }
    expect((await test.call<TunnelView>("PATCH", "/tunnels/office", clear)).body.insecure).toBe(true)
    expect(await test.refusal("GET", "/tunnels/office/export?format=wg-quick")).toBe("tunnel-without-keys")
  })
})
