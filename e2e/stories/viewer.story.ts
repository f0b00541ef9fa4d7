import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { account, expect, type Lab, test } from "../lab.ts"
import { runTunnel } from "../tunnel.ts"

test("a viewer sees the packets; an opened row says why it has no bytes, and none are asked for", async ({
  lab,
  signedIn: page,
}) => {
  await runTunnel(lab)
  becomeViewer(lab)
  const asked: string[] = []
  page.on("request", (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(`${lab.product.url}/tunnels/lab#packets`)
  lab.there.spawn("ping", ["-q", "-i", "0.2", "10.77.0.1"])
  const rows = page.getByRole("table", { name: "Packets of lab" }).getByRole("row")
  await rows.filter({ hasText: "Echo (ping) reply" }).first().click()
  const detail = page.getByRole("region", { name: /^Packet [\d,]+$/ })
  await expect(detail).toContainText("ICMP · 10.77.0.")
  await expect(detail).toContainText("A packet's bytes are for administrators: they may hold anything that passed.")
  await expect(detail.getByRole("grid", { name: "Bytes" })).toBeHidden()
  expect(asked.filter((path) => /\/packets\/\d+$/.test(path))).toEqual([])

  await test.step("the panel refuses them, too", async () => {
    const status = await page.evaluate(async () => (await fetch("/api/v1/tunnels/lab/packets/1")).status)
    expect(status).toBe(403)
  })

  await test.step("its flow can be followed all the same, and what is for admins is not offered", async () => {
    await detail.getByRole("button", { name: "Follow" }).click()
    await expect(page.getByRole("combobox", { name: "Filter" })).not.toHaveValue("")
    await expect(page.getByRole("tab")).toHaveText(["Live", "Packets", "Peers", "Faults", "Log"])
  })
})

/** No page makes accounts yet: the role is changed where it is kept. */
function becomeViewer({ product }: Lab): void {
  const store = new DatabaseSync(join(product.dataDirectory, "tundeck.db"), { timeout: 5000 })
  const { changes } = store.prepare("UPDATE accounts SET role = 'viewer' WHERE username = ?").run(account.name)
  store.close()
  expect(changes).toBe(1)
}
