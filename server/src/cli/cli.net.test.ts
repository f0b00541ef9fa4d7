import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { tundeckAsNobody } from "../../../testing/ordinary-user.ts"
import { type Output, run } from "../../../testing/process.ts"
import { type Product, startProduct } from "../../../testing/product.ts"
import { temporaryDirectory } from "../../../testing/temporary.ts"
import { until } from "../../../testing/wait.ts"

const tundeck = join(import.meta.dirname, "../../bin/tundeck.mjs")

interface Host {
  namespace: Namespace
  product: Product
}
const hosts: Host[] = []

beforeAll(async () => {
  const [a, b] = [await createNamespace("cli-a"), await createNamespace("cli-b")]
  await connectByVeth(a, b, { v4: ["198.51.100.1/24", "198.51.100.2/24"] })
  const alone = await createNamespace("cli-alone")
  for (const namespace of [a, b, alone]) hosts.push({ namespace, product: await startProduct({ namespace }) })
})

afterAll(async () => {
  for (const { product, namespace } of hosts.reverse()) {
    await product.stop()
    await namespace.delete()
  }
})

function host(index: number): Host {
  const found = hosts[index]
  if (found === undefined) throw new Error("the hosts did not start")
  return found
}

/** The command as an administrator elsewhere runs it: by address and token. */
function command(index: number, ...args: string[]): Promise<Output> {
  const { url, token } = host(index).product
  const env = { ...process.env, TUNDECK_URL: url, TUNDECK_TOKEN: token, NO_COLOR: "1" }
  return run(process.execPath, [tundeck, ...args], { env, mayFail: true })
}

/** A kernel that has just seen a program attach drops packets for a moment, and a handshake that was lost is tried again after 5 s. */
async function answers(index: number, address: string): Promise<void> {
  const ping = [tundeck, "ping", address, "--count", "1"]
  await until(() => host(index).namespace.exec(process.execPath, ping), {
    what: `${address} to answer`,
    timeoutMs: 30_000,
  })
}

describe("interfaces", () => {
  it("create with every flag, list, show, repair, export, release, adopt and delete", async () => {
    const created = await command(
      0,
      ...["interface", "create", "--name", "tap5", "--kind", "tap", "--owner", "65534", "--mtu", "1400"],
      ...["--mac", "02:00:00:00:00:05", "--address", "10.5.0.1/24", "--address", "fd05::1/64", "--multi-queue"],
      ...["--route", "10.6.0.0/16,via 10.5.0.2,metric 7", "--no-heal", "--json"],
    )
    expect(JSON.parse(created.stdout)).toMatchObject({ name: "tap5", managed: true, mtu: 1400, drift: [] })
    const inside = host(0).namespace
    expect(await inside.ip("link", "show", "tap5")).toMatchObject([{ mtu: 1400, address: "02:00:00:00:00:05" }])
    expect(await inside.ip("route", "show", "10.6.0.0/16")).toMatchObject([{ gateway: "10.5.0.2", metric: 7 }])

    const listed = await command(0, "interface", "list")
    expect(listed.stdout).toMatch(/^NAME +KIND +STATE/)
    expect(listed.stdout).toMatch(/^tap5 +tap +up +1400 .*10\.5\.0\.1\/24/m)

    await inside.exec("ip", ["link", "set", "tap5", "mtu", "1300"])
    const drifted = async () => (await command(0, "interface", "show", "tap5")).stdout.includes("wanted 1400, is 1300")
    await until(drifted, { what: "the drift to be shown" })
    expect((await command(0, "interface", "repair", "tap5", "mtu")).stdout).toBe("tap5 is as wanted.\n")
    expect(await inside.ip("link", "show", "tap5")).toMatchObject([{ mtu: 1400 }])

    const { stdout: calls } = await command(0, "system-calls", "--interface", "tap5", "--bytes")
    expect(calls).toMatch(
      /^\S+Z {2}repairInterface {2}tap5\n {2}RTM_NEWLINK \{.*IFLA_MTU 1400\} = 0\n {2}# ip link set dev tap5 mtu 1400$/m,
    )
    expect(calls).toMatch(/createInterface {2}tap5\n {2}recvmsg\(…, SCM_RIGHTS \[\d+\]\) = 1\n/)
    expect(calls).toMatch(/^ +32 {2}0800040078050000 +IFLA_MTU: 1400$/m)

    const script = await command(0, "interface", "export", "tap5", "--format", "ip")
    expect(script.stdout).toContain("ip tuntap add dev tap5 mode tap")
    expect((await command(0, "interface", "release", "tap5")).stdout).toBe("Released tap5.\n")
    expect((await command(0, "interface", "adopt", "tap5")).stdout).toBe("Adopted tap5.\n")
    expect((await command(0, "interface", "delete", "tap5")).stdout).toBe("Deleted tap5.\n")
    expect((await command(0, "interface", "list", "--json")).stdout).toContain('"items": []')
  })

  it("a problem is told with the field and its code, and exit code 1", async () => {
    const { code, stdout, stderr } = await command(0, "interface", "create", "--name", "sixteen-letters1")
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toMatch(/^tundeck: Some fields are not right\./)
    expect(stderr).toContain("  name: A Linux interface name has at most 15 characters.")
    expect(stderr).toContain("(validation-failed)")
  })

  it("what a terminal would obey in the name of an interface of others is shown, not sent", async () => {
    const { namespace } = host(1)
    await namespace.exec("ip", ["tuntap", "add", "dev", "e\u001b[31mx", "mode", "tun"])
    const { stdout } = await command(1, "interface", "list")
    expect(stdout).toContain("e\\x1b[31mx")
    expect(stdout).not.toContain("\u001b")
    await namespace.exec("ip", ["link", "delete", "e\u001b[31mx"])
  })
})

it("with no peer an interface that answers is made, pinged, and taken away", async () => {
  const tried = await command(2, "try")
  expect(tried.stdout).toMatch(/^try0 has 198\.51\.100\.1\/24; the tunnel try-it .*\nseq=1 +198\.51\.100\.2 .*/)
  expect(tried.stdout).toContain("4 sent, 4 received")
  expect((await command(2, "packets", "try-it", "--filter", "icmp", "--count", "2")).stdout).toMatch(
    /Echo \(ping\) request/,
  )
  const nothing = await command(2, "inject", "try-it", "--kind", "udp", "--destination-port", "70000")
  expect(nothing.stderr).toContain("  source: This field is needed.\n")
  expect(nothing.stderr).toContain("  destinationPort: At most 65535.\n")
  await command(2, "tunnel", "stop", "try-it")
  const stopped = await command(2, "packets", "try-it", "--seconds", "1")
  expect(stopped).toMatchObject({ code: 0, stderr: "try-it is stopped: packets come when it runs.\n" })
  expect((await command(2, "try", "--stop")).stdout).toBe("Nothing of it is left.\n")
  expect((await command(2, "interface", "list", "--json")).stdout).toContain('"items": []')
  expect((await command(2, "tunnel", "list", "--json")).stdout).toContain('"items": []')
})

it("two hosts by command alone: a tunnel, a ping through it, its packets, and the end", async () => {
  for (const index of [0, 1]) {
    await command(index, "interface", "create", "--name", "tun5", "--address", `10.55.0.${index + 1}/24`)
  }
  const common = ["tunnel", "create", "--name", "lab", "--interface", "tun5", "--security", "none", "--autostart"]
  const listening = await command(0, ...common, "--listen", "198.51.100.1:55555", "--peer", "198.51.100.2")
  expect(listening.stdout).toMatch(/^Created lab \(connecting/)
  await command(1, ...common, "--connect", "198.51.100.1:55555")
  const up = async () => JSON.parse((await command(1, "tunnel", "show", "lab", "--json")).stdout).state === "up"
  await until(up, { what: "the tunnel to be up" })
  await answers(0, "10.55.0.2")

  const packets = command(1, "packets", "lab", "--count", "20")
  const ping = ["ping", "10.55.0.2", "--interval", "0.1"]
  const pinging = host(0).namespace.spawn(process.execPath, [tundeck, ...ping])
  expect((await packets).stdout).toMatch(
    /inbound +84 ICMP 10\.55\.0\.1 → 10\.55\.0\.2 Echo \(ping\) request .*\[delivered \+\d+ B \d+ µs\]/,
  )
  const json = await command(1, "packets", "lab", "--count", "2", "--json")
  for (const line of json.stdout.trim().split("\n"))
    expect(JSON.parse(line)).toMatchObject({ verdict: expect.any(String) })
  const together = await command(1, "packets", "lab", "--filter", "icmp", "--count", "4", "--conversations")
  const pair = /^4 packets\n.*\n10\.55\.0\.[12] ↔ 10\.55\.0\.[12] +ICMP +(\d) +(\d) +(\d+) +(\d+) +0\n$/
  const [there = 0, back = 0, ...bytes] = pair.exec(together.stdout)?.slice(1).map(Number) ?? []
  expect({ packets: there + back, bytes }, together.stdout).toEqual({ packets: 4, bytes: [84 * there, 84 * back] })
  const expert = JSON.parse((await command(1, "packets", "lab", "--seconds", "1", "--expert", "--json")).stdout)
  expect(expert).toMatchObject({ total: { packets: expect.any(Number) }, expert: [] })
  await pinging.stop()

  const few = await host(0).namespace.exec(process.execPath, [tundeck, "ping", "10.55.0.2", "--count", "2", "--json"])
  const replies = few.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(replies).toMatchObject([{ sequence: 1, timeMs: expect.any(Number) }, { sequence: 2 }])

  const asked = await command(0, "tunnel", "ping", "lab", "10.55.0.2", "--count", "2", "--interval", "50")
  expect(asked.stdout).toMatch(/^seq=1 +10\.55\.0\.2 +\d+\.\d\d ms\n.*\n2 sent, 2 received, .*\n$/)
  const traced = await command(0, "tunnel", "trace", "lab", "10.55.0.2")
  expect(traced.stdout).toMatch(/^ 1 +10\.55\.0\.2 +\d+\.\d\d ms\n$/)
  const measured = await command(0, "tunnel", "path-mtu", "lab", "10.55.0.2")
  expect(measured.stdout).toBe("1500 bytes get there and back: all that tun5 sends.\n")
  const elsewhere = await command(0, "tunnel", "ping", "lab", "198.51.100.2")
  expect(elsewhere).toMatchObject({ code: 1, stdout: "" })
  expect(elsewhere.stderr).toContain("198.51.100.2 is reached over veth0, not over tun5")

  expect((await command(0, "tunnel", "list")).stdout).toMatch(
    /^lab +tun5 +tcp on 198\.51\.100\.1:55555 from .* none \(CLEAR TEXT\) +up/m,
  )
  expect((await command(0, "tunnel", "set", "lab", "--transport", "udp")).stdout).toMatch(/^Changed lab/)
  expect((await command(1, "tunnel", "set", "lab", "--transport", "udp")).stdout).toContain("from tcp to udp")
  const peers = async () => (await command(1, "tunnel", "peers", "lab")).stdout
  const isConnected = async () => /^lab +198\.51\.100\.1:55555 +connected/m.test(await peers())
  await until(isConnected, { what: "the tunnel to be up over UDP" })
  const swapped = (await command(1, "tunnel", "show", "lab")).stdout
  expect(swapped).toMatch(/^transport +udp to 198\.51\.100\.1:55555$/m)
  expect(swapped).toMatch(/^swapped +tcp to udp at .*\n +before +outbound /m)
  await answers(0, "10.55.0.2")
  expect((await command(1, "tunnel", "faults", "lab", "--loss", "100")).stdout).toMatch(/^FAULTS are injected into lab/)
  await host(1)
    .namespace.exec("ping", ["-c", "2", "-i", "0.2", "-W", "1", "10.55.0.1"])
    .catch(() => {})
  const isFaulty = async () => {
    const { faulty, stats } = JSON.parse((await command(1, "tunnel", "show", "lab", "--json")).stdout)
    return faulty && stats.drops.some(({ reason }: { reason: string }) => reason === "fault-injected")
  }
  await until(isFaulty, { what: "the faults and what they dropped to be told" })
  expect((await command(1, "tunnel", "faults", "lab", "--off")).stdout).toBe("lab has no faults injected.\n")

  expect((await command(0, "tunnel", "stop", "lab")).stdout).toMatch(/^lab is stopped/)
  expect((await command(0, "tunnel", "start", "lab")).stdout).toMatch(/^lab is (connecting|up)/)
  expect((await command(0, "tunnel", "delete", "lab")).stdout).toBe("Deleted lab.\n")
})

it("two hosts by one invite: accepted, encrypted, a ping through it, and the guest stays", async () => {
  await command(0, "interface", "create", "--name", "wg6", "--address", "10.66.0.1/24", "--mtu", "1420")
  const create = ["tunnel", "create", "--name", "office", "--interface", "wg6", "--autostart"]
  await command(0, ...create, "--listen", "198.51.100.1:51820")
  const invited = await command(0, "tunnel", "invite", "office", "guest", "--allowed-ip", "10.66.0.2/32")
  await using directory = await temporaryDirectory()
  const code = join(directory.path, "code")
  await writeFile(code, invited.stdout)
  const accepted = await command(1, "tunnel", "accept", "--code", code, "--interface", "wg6")
  expect(accepted.stdout).toMatch(/^Created office over wg6 /)

  await answers(1, "10.66.0.1")
  const used = async () => (await command(0, "tunnel", "invites", "office")).stdout.includes(" used ")
  await until(used, { what: "the invite to be used" })
  const { items } = JSON.parse((await command(0, "tunnel", "peers", "office", "--json")).stdout)
  expect(items).toMatchObject([
    { name: "guest", connected: true, expiresAt: null, carrier: "udp", lastHandshakeAt: expect.any(Number) },
  ])

  const rotated = (await command(0, "tunnel", "rotate-key", "office")).stdout.split("\n")[1]
  const [peer] = JSON.parse((await command(1, "tunnel", "peers", "office", "--json")).stdout).items
  await command(1, "tunnel", "peer", "set", "office", peer.name, "--public-key", rotated ?? "")
  await command(0, "tunnel", "rotate-key", "office", "--retire")
  await answers(1, "10.66.0.1")
  await command(0, "tunnel", "peer", "disable", "office", "guest")
  const cut = async () =>
    JSON.parse((await command(0, "tunnel", "peers", "office", "--json")).stdout).items[0].connected === false
  await until(cut, { what: "the guest to be cut off" })
})

describe("tokens", () => {
  it("one in a file is as good as in the variable, a viewer creates nothing, a revoked one ends at once", async () => {
    const { product } = host(0)
    const created = await product.command("token", "create", "--name", "reader", "--json")
    const { id, token } = JSON.parse(created.stdout)
    await using directory = await temporaryDirectory()
    const file = join(directory.path, "token")
    await writeFile(file, `${token}\n`)
    const asReader = (...args: string[]) =>
      run(process.execPath, [tundeck, ...args, "--url", product.url, "--token-file", file], { mayFail: true })
    expect((await asReader("tunnel", "list")).code).toBe(0)
    expect((await asReader("interface", "create")).stderr).toContain("(role-too-low)")
    expect((await product.command("token", "list")).stdout).toMatch(new RegExp(`^${id} +reader +viewer`, "m"))
    expect((await product.command("token", "revoke", id)).stdout).toBe(`Revoked ${id}.\n`)
    expect((await asReader("tunnel", "list")).stderr).toContain("(sign-in-required)")
  })

  it("another user of the host gets no token from the data directory", async () => {
    const { product } = host(0)
    const env = { ...process.env, TUNDECK_DATA_DIR: product.dataDirectory, TUNDECK_URL: "" }
    const created = await run(...tundeckAsNobody("token", "create", "--name", "x"), { env, mayFail: true })
    expect(created).toMatchObject({ code: 1, stdout: "" })
    expect(created.stderr).toMatch(/No Tundeck answers|Sign in first/)
  })
})

describe("doctor", () => {
  it("asks a running server", async () => {
    const { code, stdout } = await command(0, "doctor")
    expect(stdout).toMatch(/^Checked: .*, by the Tundeck at http/)
    expect(stdout).toContain("/dev/net/tun can be opened")
    expect(code).toBe(stdout.includes("FAIL") ? 1 : 0)
  })

  it("works without one, and says what an ordinary user lacks and how to mend it", async () => {
    const env = { ...process.env, HOME: "/tmp", TUNDECK_URL: "http://127.0.0.1:9" }
    const { code, stdout } = await run(...tundeckAsNobody("doctor"), { env, mayFail: true })
    expect(code).toBe(1)
    expect(stdout).toContain("no server answers")
    expect(stdout).toMatch(/FAIL The engine lacks CAP_NET_ADMIN\n.*\n +→ Start Tundeck as root/)
  })
})

it("an address that is none is told, of a server and of a host", async () => {
  const env = { ...process.env, TUNDECK_URL: "127.0.0.1:8080" }
  const listed = await run(process.execPath, [tundeck, "interface", "list"], { env, mayFail: true })
  expect(listed).toMatchObject({ code: 1, stdout: "" })
  expect(listed.stderr).toContain('TUNDECK_URL is "127.0.0.1:8080": write the address as http://127.0.0.1:8080')
  const pinged = await run(process.execPath, [tundeck, "ping", "10.0.0.256"], { mayFail: true })
  expect(pinged).toMatchObject({ code: 1, stdout: "" })
  expect(pinged.stderr).toContain('"10.0.0.256" is no IP address')
})

it.each([
  [["interface", "create", "--mtu", "many"]],
  [["interface", "create", "--route", "10.0.0.0/8,dev eth0"]],
  [["tunnel", "create", "--name", "x"]],
  [["bogus"]],
  [[]],
])("wrong usage %j ends with exit code 2 and says what is right", async (args) => {
  const { code, stderr } = await run(process.execPath, [tundeck, ...args], { mayFail: true })
  expect(code).toBe(2)
  expect(stderr).not.toBe("")
})
