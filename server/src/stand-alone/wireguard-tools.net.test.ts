import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { run } from "../../../testing/process.ts"
import { until } from "../../../testing/wait.ts"
import { createWireguardHost, type WireguardHost } from "../../../testing/wireguard-host.ts"

// What stock tools say to a tunnel, and read from it: every field that they know.

let host: WireguardHost
beforeAll(async () => {
  host = await createWireguardHost("tools")
  expect(await host.standAlone("wg0")).toBeUndefined()
})
beforeEach(async () => {
  await host.wg("setconf", "wg0", await host.file("empty.conf", "[Interface]\n"))
})
afterAll(() => host.delete())

async function newKey(): Promise<{ privateKey: string; publicKey: string }> {
  const privateKey = (await run("wg", ["genkey"])).stdout.trim()
  const publicKey = (await run("wg", ["pubkey"], { input: privateKey })).stdout.trim()
  return { privateKey, publicKey }
}

const lines = (text: string) => text.trim().split("\n").filter(Boolean)

describe("wg set and wg show", () => {
  it("every field of the interface, there and back, and away again", async () => {
    const { privateKey, publicKey } = await newKey()
    const file = await host.file("key", privateKey)
    await host.wg("set", "wg0", "private-key", file, "listen-port", "51820", "fwmark", "0xca6c")
    expect(await host.wg("show", "wg0", "private-key")).toBe(`${privateKey}\n`)
    expect(await host.wg("show", "wg0", "public-key")).toBe(`${publicKey}\n`)
    expect(await host.wg("show", "wg0", "listen-port")).toBe("51820\n")
    expect(await host.wg("show", "wg0", "fwmark")).toBe("0xca6c\n")
    await host.wg("set", "wg0", "private-key", "/dev/null", "fwmark", "off")
    expect(await host.wg("show", "wg0", "private-key")).toBe("(none)\n")
    expect(await host.wg("show", "wg0", "fwmark")).toBe("off\n")
    await host.wg("set", "wg0", "listen-port", "0")
    const isFree = async () => !/^(51820|0)\n/.test(await host.wg("show", "wg0", "listen-port"))
    await until(isFree, { what: "a free port" })
  })

  it("every field of a peer, there and back, and away again", async () => {
    const [{ publicKey: peer }, psk] = [await newKey(), (await run("wg", ["genpsk"])).stdout.trim()]
    const file = await host.file("psk", psk)
    const networks = ["allowed-ips", "10.0.0.7/24,fd00::/64"]
    await host.wg("set", "wg0", "peer", peer, "preshared-key", file, "endpoint", "[fd09::9]:7", ...networks)
    await host.wg("set", "wg0", "peer", peer, "persistent-keepalive", "25")
    const shown = async (what: string) => (await host.wg("show", "wg0", what)).trim().split("\t").slice(1).join(" ")
    expect(await host.wg("show", "wg0", "peers")).toBe(`${peer}\n`)
    expect(await shown("preshared-keys")).toBe(psk)
    expect(await shown("endpoints")).toBe("[fd09::9]:7")
    expect(await shown("allowed-ips")).toBe("10.0.0.0/24 fd00::/64")
    expect(await shown("persistent-keepalive")).toBe("25")
    expect(await shown("latest-handshakes")).toBe("0")
    expect(await shown("transfer")).toBe("0 0")
    await host.wg("set", "wg0", "peer", peer, "preshared-key", "/dev/null", "allowed-ips", "")
    await host.wg("set", "wg0", "peer", peer, "persistent-keepalive", "off")
    expect(await shown("preshared-keys")).toBe("(none)")
    expect(await shown("allowed-ips")).toBe("(none)")
    expect(await shown("persistent-keepalive")).toBe("off")
    await host.wg("set", "wg0", "peer", peer, "remove")
    expect(await host.wg("show", "wg0", "peers")).toBe("")
  })

  it("a network moves to the peer that asks for it last; nobody is a peer of itself", async () => {
    const [own, a, b] = [await newKey(), await newKey(), await newKey()]
    await host.wg("set", "wg0", "private-key", await host.file("key", own.privateKey))
    await host.wg("set", "wg0", "peer", a.publicKey, "allowed-ips", "10.0.0.0/8,10.1.0.0/16")
    await host.wg("set", "wg0", "peer", b.publicKey, "allowed-ips", "10.0.0.0/8")
    await host.wg("set", "wg0", "peer", own.publicKey, "allowed-ips", "10.1.0.0/16")
    const expected = [`${a.publicKey}\t10.1.0.0/16`, `${b.publicKey}\t10.0.0.0/8`]
    expect(lines(await host.wg("show", "wg0", "allowed-ips")).sort()).toEqual(expected.sort())
  })

  it("a whole device in one dump", async () => {
    const { privateKey, publicKey } = await newKey()
    const { publicKey: peer } = await newKey()
    await host.wg("set", "wg0", "private-key", await host.file("key", privateKey), "listen-port", "7")
    await host.wg("set", "wg0", "peer", peer, "endpoint", "10.0.0.1:8", "allowed-ips", "::/0")
    expect(lines(await host.wg("show", "wg0", "dump")).map((line) => line.split("\t"))).toEqual([
      [privateKey, publicKey, "7", "off"],
      [peer, "(none)", "10.0.0.1:8", "::/0", "0", "0", "0", "off"],
    ])
    expect(lines(await host.wg("show", "interfaces"))).toEqual(["wg0"])
  })
})

describe("configuration files", () => {
  async function section(name: string): Promise<{ key: string; text: string }> {
    const { publicKey } = await newKey()
    const text = [
      "[Peer]",
      `PublicKey = ${publicKey}`,
      `AllowedIPs = 10.${name}.0.0/16, fd00:${name}::/32`,
      `Endpoint = 10.0.0.${name}:51820`,
      "PersistentKeepalive = 25",
    ]
    return { key: publicKey, text: `${text.join("\n")}\n` }
  }

  it("setconf replaces, addconf adds, syncconf changes what differs, and showconf says all of it", async () => {
    const [{ privateKey }, one, two, three] = [
      await newKey(),
      await section("1"),
      await section("2"),
      await section("3"),
    ]
    const device = `[Interface]\nListenPort = 51820\nFwMark = 0x5\nPrivateKey = ${privateKey}\n\n`
    const said = async () => {
      const parts = (await host.wg("showconf", "wg0")).trim().split("\n\n")
      return [parts[0], ...parts.slice(1).sort()]
    }
    const told = (...peers: { text: string }[]) => [device.trim(), ...peers.map(({ text }) => text.trim()).sort()]
    await host.wg("set", "wg0", "peer", (await newKey()).publicKey)
    await host.wg("setconf", "wg0", await host.file("a.conf", `${device}${one.text}`))
    expect(await said()).toEqual(told(one))
    await host.wg("addconf", "wg0", await host.file("b.conf", two.text))
    expect(await said()).toEqual(told(one, two))
    await host.wg("syncconf", "wg0", await host.file("c.conf", `${device}${two.text}\n${three.text}`))
    expect(await said()).toEqual(told(two, three))
    const printed = await host.wg("showconf", "wg0")
    await host.wg("setconf", "wg0", await host.file("d.conf", printed))
    expect(await said()).toEqual(told(two, three))
  })

  it("a thousand peers are set and shown, and one more is refused as a whole", async () => {
    const keys = Array.from({ length: 1001 }, (_, i) => Buffer.alloc(32, `${i}-`).toString("base64"))
    const conf = (count: number) => {
      const peers = keys.slice(0, count).map((key, i) => `[Peer]\nPublicKey = ${key}\nAllowedIPs = fd00:${i}::/32\n`)
      return `[Interface]\n${peers.join("\n")}`
    }
    await host.wg("setconf", "wg0", await host.file("many.conf", conf(1000)))
    expect(lines(await host.wg("show", "wg0", "peers"))).toHaveLength(1000)
    expect(await host.wgFailure("setconf", "wg0", await host.file("more.conf", conf(1001)))).toMatch(/list too long/)
    expect(lines(await host.wg("show", "wg0", "peers"))).toHaveLength(1000)
  })
})

describe("errors", () => {
  it("a port that is taken", async () => {
    host.spawn("socat", ["-u", "UDP6-RECV:7777", "OPEN:/dev/null"])
    await until(async () => (await host.exec("ss", ["-Hlun"])).stdout.includes(":7777"), {
      what: "the port to be taken",
    })
    expect(await host.wgFailure("set", "wg0", "listen-port", "7777")).toMatch(/Address already in use/)
    expect(await host.wg("show", "wg0", "listen-port")).not.toBe("7777\n")
  })

  it("what is wrong in a request is named by its errno, and none of the request is done", async () => {
    const path = "/var/run/wireguard/wg0.sock"
    const say = async (text: string) =>
      (await host.exec("socat", ["-t10", "-", `UNIX:${path}`], { input: text })).stdout
    const key = "ab".repeat(32)
    expect(await say(`set=1\nfwmark=9\npublic_key=${key}\nallowed_ip=10.0.0.0/33\n\n`)).toBe("errno=-22\n\n")
    expect(await say("set=1\nfwmark=9\nnonsense\n\n")).toBe("errno=-71\n\n")
    expect(await say(`set=1\nfwmark=9\npublic_key=${key}\nprotocol_version=2\n\n`)).toBe("errno=-93\n\n")
    expect(await say("get=2\n\n")).toBe("errno=-71\n\n")
    expect(await host.wg("show", "wg0", "fwmark")).toBe("off\n")
    expect(await host.wg("show", "wg0", "peers")).toBe("")
    expect(await say(`set=1\nfwmark=9\npublic_key=${key}\nallowed_ip=10.0.0.0/8\n\n`)).toBe("errno=0\n\n")
    expect(await say(`set=1\npublic_key=${key}\nallowed_ip=-10.0.0.0/8\n\n`)).toBe("errno=0\n\n")
    expect(await host.wg("show", "wg0", "allowed-ips")).toMatch(/\t\(none\)\n/)
  })
})
