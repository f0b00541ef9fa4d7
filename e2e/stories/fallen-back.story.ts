import { join } from "node:path"
import type { Finding, TunnelView } from "@tundeck/shared"
import { run } from "../../testing/process.ts"
import { type Product, startProduct } from "../../testing/product.ts"
import { until } from "../../testing/wait.ts"
import { expect, test } from "../lab.ts"

const tundeck = join(import.meta.dirname, "../../server/bin/tundeck.mjs")

test("a tunnel over UDP that has fallen back to TCP: losses inside are told as TCP over TCP, in page and command", async ({
  lab,
  signedIn: page,
}) => {
  const { here, there, product } = lab
  const ruleset = "table inet wire { chain in { type filter hook input priority 0; meta l4proto udp drop\n}\n}\n"
  await there.exec("nft", ["-f", "-"], { input: ruleset })
  await using other = await startProduct({ namespace: there })
  const listening = await makeTunnel(other, "10.77.0.2", { listen: "0.0.0.0:51820" }, [])
  const peer = { name: "other", allowedIps: ["10.77.0.0/24"], endpoint: "192.0.2.2:51820" }
  const calling = await makeTunnel(product, "10.77.0.1", {}, [{ ...peer, publicKey: listening }])
  const caller = { name: "caller", publicKey: calling, allowedIps: ["10.77.0.1/32"] }
  expect((await other.api("POST", "/tunnels/lab/peers", caller)).status).toBe(201)
  const isUp = async () => (await product.api<TunnelView>("GET", "/tunnels/lab")).body.state === "up"
  await until(isUp, { what: "the tunnel to be up over TCP", timeoutMs: 60_000 })

  const faults = { outbound: { lossPercent: 10 } }
  expect((await product.api("PATCH", "/tunnels/lab", { faults })).status).toBe(200)
  here.spawn("iperf3", ["--server", "--one-off", "--bind", "10.77.0.1"])
  await until(async () => (await here.exec("ss", ["-Hltn", "sport = :5201"])).stdout !== "", { what: "iperf3" })
  there.spawn("iperf3", ["-c", "10.77.0.1", "--reverse", "-b", "1M", "-t", "600"])

  await page.goto(`${product.url}/tunnels/lab#packets`)
  await page.getByRole("radiogroup", { name: "View" }).getByText("Expert", { exact: true }).click()
  const findings = page.getByRole("list", { name: "What looks wrong" }).getByRole("listitem")
  await expect(findings.filter({ hasText: "TCP runs over TCP, and loses" })).toContainText(
    "Let the tunnel go over UDP",
    { timeout: 30_000 },
  )

  const env = { ...process.env, TUNDECK_URL: product.url, TUNDECK_TOKEN: product.token }
  const { stdout } = await run(process.execPath, [tundeck, "packets", "lab", "--expert", "--seconds", "8", "--json"], {
    env,
  })
  const { expert } = JSON.parse(stdout) as { expert: Finding[] }
  expect(expert.map(({ kind }) => kind)).toContain("tcp-over-tcp")
})

/** Of `lab0`; answers its public key. */
async function makeTunnel(product: Product, address: string, ends: object, peers: object[]): Promise<string> {
  const made = await product.api("POST", "/interfaces", { name: "lab0", addresses: [`${address}/24`] })
  expect(made.status).toBe(201)
  const { status, body } = await product.api<TunnelView>("POST", "/tunnels", {
    name: "lab",
    interface: "lab0",
    transport: { kind: "udp", fallback: true, ...ends },
    security: { kind: "wireguard", peers },
    autostart: true,
  })
  expect(status).toBe(201)
  return body.security.kind === "wireguard" ? body.security.publicKey : ""
}
