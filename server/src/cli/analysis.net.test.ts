import { join } from "node:path"
import type { Finding } from "@tundeck/shared"
import { afterAll, beforeAll, expect, test } from "vitest"
import { connectByVeth } from "../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { startSimpletun } from "../../../testing/peers/simpletun.ts"
import { run } from "../../../testing/process.ts"
import { type Product, startProduct } from "../../../testing/product.ts"
import { until } from "../../../testing/wait.ts"

// What the kernels of two hosts do on a network of Ethernet, and what the expert says of it.

const tundeck = join(import.meta.dirname, "../../bin/tundeck.mjs")

let here: Namespace
let there: Namespace
let product: Product

beforeAll(async () => {
  here = await createNamespace("expert-a")
  there = await createNamespace("expert-b")
  await connectByVeth(here, there, { v4: ["198.51.100.1/24", "198.51.100.2/24"] })
  product = await startProduct({ namespace: here })
  await product.api("POST", "/interfaces", { name: "tap1", kind: "tap", addresses: ["10.57.0.1/24", "fd57::1/64"] })
  const { status } = await product.api("POST", "/tunnels", {
    name: "lab",
    interface: "tap1",
    transport: { kind: "tcp", listen: "198.51.100.1:55555", peer: "198.51.100.2" },
    security: { kind: "none", allowedIps: ["0.0.0.0/0", "::/0"] },
    autostart: true,
  })
  expect(status).toBe(201)
  await until(async () => (await here.exec("ss", ["-Hltn", "sport = :55555"])).stdout !== "", { what: "the listener" })
  await startSimpletun(there, { kind: "tap", addresses: ["10.57.0.2/24"], connect: "198.51.100.1" })
})

afterAll(async () => {
  await product?.stop()
  await there?.delete()
  await here?.delete()
})

async function findings(seconds: number): Promise<Finding[]> {
  const env = { ...process.env, TUNDECK_URL: product.url, TUNDECK_TOKEN: product.token }
  const args = [tundeck, "packets", "lab", "--expert", "--seconds", `${seconds}`, "--json"]
  const { stdout } = await run(process.execPath, args, { env })
  return JSON.parse(stdout).expert
}

/** Watches until something is told; what is not told at all fails the test. */
async function told(kind: Finding["kind"], about: string): Promise<Finding | undefined> {
  let found: Finding | undefined
  const look = async () => {
    found = (await findings(3)).find((finding) => finding.kind === kind && finding.what.includes(about))
    return found !== undefined
  }
  await until(look, { what: `${kind} of ${about} to be told`, timeoutMs: 40_000 })
  return found
}

async function macOf(host: Namespace, name: string): Promise<string> {
  return String((await host.ip("link", "show", name))[0]?.address)
}

test("who has it? Nobody: asked by ARP and by neighbour discovery", async () => {
  here.spawn("ping", ["-q", "10.57.0.9"])
  here.spawn("ping", ["-q", "fd57::9"])
  here.spawn("ping", ["-q", "10.57.0.2"])
  const byArp = await told("no-neighbour", "10.57.0.9 was asked for by ARP")
  expect(byArp).toMatchObject({ severity: "warning", filter: "arp host 10.57.0.9" })
  expect(await told("no-neighbour", "fd57::9 was asked for by neighbour discovery")).toBeDefined()
  expect((await findings(3)).filter(({ what }) => what.includes("10.57.0.2"))).toEqual([])
})

test("an address that is there already is found by the one who wants it, too", async () => {
  const command = [
    "-c",
    "while true; do ip address replace fd57::1/64 dev tap0; sleep 2; ip address delete fd57::1/64 dev tap0; done",
  ]
  const wanting = there.spawn("sh", command)
  const [holder, other] = [await macOf(here, "tap1"), await macOf(there, "tap0")]
  const finding = await told("duplicate-address", "fd57::1")
  expect(finding?.what).toBe(`${other} asked whether fd57::1 is free, and ${holder} has it or wants it, too.`)
  await wanting.stop()
})
