import { stat } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { type Output, type Running, run } from "../../../testing/process.ts"
import { type Product, startProduct } from "../../../testing/product.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../../testing/temporary.ts"
import { until } from "../../../testing/wait.ts"

// `tundeck capture` as people use it, into the programs that they use it with. A responder answers the pings that are captured.

const tundeck = join(import.meta.dirname, "../../bin/tundeck.mjs")

let host: Namespace
let product: Product
let directory: TemporaryDirectory
let pinging: Running

beforeAll(async () => {
  host = await createNamespace("capture")
  product = await startProduct({ namespace: host })
  directory = await temporaryDirectory()
  await ok("interface", "create", "--name", "tun5", "--address", "10.55.0.1/24")
  const responder = ["--interface", "tun5", "--transport", "responder", "--autostart"]
  await ok("tunnel", "create", "--name", "lab", ...responder, "--capture", "on", "--snap-length", "0")
  const isUp = async () => (await ok("tunnel", "show", "lab", "--json")).includes('"state": "up"')
  await until(isUp, { what: "the tunnel to be up" })
  pinging = host.spawn("ping", ["-i", "0.05", "10.55.0.2"])
  const arePackets = async () => (await ok("packets", "lab", "--count", "10", "--filter", "icmp")).length > 0
  await until(arePackets, { what: "pings to pass" })
})
afterAll(async () => {
  await pinging?.stop()
  await product?.stop()
  await host?.delete()
  await directory?.remove()
})

const environment = () => ({
  ...process.env,
  TUNDECK_URL: product.url,
  TUNDECK_TOKEN: product.token,
  TUNDECK: `${process.execPath} ${tundeck}`,
})

const command = (...args: string[]): Promise<Output> =>
  run(process.execPath, [tundeck, ...args], { env: environment(), mayFail: true })

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(...args)
  if (code !== 0) throw new Error(`tundeck ${args.join(" ")}: ${stderr}`)
  return stdout
}

/** As a person types it. */
const shell = (line: string) => run("sh", ["-c", line], { env: environment() })
const file = (name: string) => join(directory.path, name)

async function fields(path: string, ...names: string[]): Promise<string[]> {
  const wanted = names.flatMap((name) => ["-e", name])
  const { stdout } = await run("tshark", ["-r", path, "-T", "fields", "-E", "separator=|", ...wanted])
  return stdout.split("\n").slice(0, -1)
}

it("-o saves what passed: capinfos finds it whole and in order, tshark the pings with their verdicts", async () => {
  const path = file("lab.pcapng")
  expect(await ok("capture", "lab", "--seconds", "60", "-o", path)).toMatch(/^Saved [\d,]+ bytes to /)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const { stdout } = await run("capinfos", [path])
  expect(stdout).toMatch(/File type: +Wireshark\/.* - pcapng/)
  expect(stdout).toMatch(/Strict time order: +True/)
  expect(stdout).toMatch(/Name = tun5/)
  const packets = await fields(path, "icmp.type", "ip.dst", "frame.comment")
  expect(packets).toContain("8|10.55.0.2|sent | tunnel lab | peer lab")
  expect(packets).toContain("0|10.55.0.1|delivered | tunnel lab | peer lab")
})

it("a pipe gives tshark what passes, as it passes", async () => {
  const { stdout } = await shell("$TUNDECK capture lab --filter icmp | tshark -l -n -r - -c 6 2>/dev/null")
  const lines = stdout.trim().split("\n")
  expect(lines).toHaveLength(6)
  for (const line of lines) expect(line).toMatch(/10\.55\.0\.[12] → 10\.55\.0\.[12] +ICMP \d+ Echo \(ping\) re/)
})

it("a pipe with --seconds begins with what passed before", async () => {
  const first = "frame.packet_id == 1"
  const line = `$TUNDECK capture lab --seconds 600 | tshark -l -n -r - -Y '${first}' -T fields -e frame.packet_id -c 20`
  expect((await shell(`${line} 2>/dev/null`)).stdout.trim()).toBe("1")
})

it("--filter lets through what it finds, to a file and to a pipe", async () => {
  const path = file("replies.pcapng")
  await ok("capture", "lab", "--filter", "icmp[icmptype] == icmp-echoreply", "-o", path)
  expect(new Set(await fields(path, "icmp.type"))).toEqual(new Set(["0"]))
  const { stdout } = await run("capinfos", [path])
  expect(stdout).toContain("only what the filter finds")
  const piped = await shell(
    "$TUNDECK capture lab --filter 'outbound and icmp' | tshark -l -n -r - -c 3 -T fields -e ip.src 2>/dev/null",
  )
  expect(piped.stdout).toBe("10.55.0.1\n".repeat(3))
})

it("a filter that is none is marked at its place, and no file is left", async () => {
  const path = file("none.pcapng")
  const { code, stderr } = await command("capture", "lab", "--filter", "icmp andd", "-o", path)
  expect(code).toBe(1)
  expect(stderr).toContain("  icmp andd\n       ^^^^")
  await expect(stat(path)).rejects.toThrow("ENOENT")
})

it("--follow goes on until Ctrl-C, and what came till then is a whole file", async () => {
  const path = file("follow.pcapng")
  const following = host.spawn(process.execPath, [tundeck, "capture", "lab", "--follow", "-o", path], {
    env: environment(),
  })
  const size = async () => (await stat(path).catch(() => undefined))?.size ?? 0
  const before = await until(async () => ((await size()) > 1000 ? size() : 0), { what: "the first packets" })
  await until(async () => (await size()) > before, { what: "more of them" })
  following.signal("SIGINT")
  await until(() => following.exited, { what: "the command to end" })
  expect((await fields(path, "icmp.type")).length).toBeGreaterThan(0)
})

it("--keep saves on the host; captures list, save and delete find it there", async () => {
  expect(await ok("captures", "list")).toContain("None is saved")
  const kept = JSON.parse(await ok("capture", "lab", "--keep", "--filter", "inbound", "--json"))
  expect(await ok("captures", "list", "--tunnel", "lab")).toMatch(
    new RegExp(`^${kept.id} +lab .* asked by token test$`, "m"),
  )
  const path = file("kept.pcapng")
  await ok("captures", "save", kept.id, "-o", path)
  expect(await fields(path, "frame.packet_flags_direction")).toHaveLength(kept.packets)
  expect(await ok("captures", "delete", kept.id)).toBe(`Deleted ${kept.id}.\n`)
  expect((await command("captures", "save", kept.id, "-o", path)).stderr).toContain("(capture-not-found)")
})
