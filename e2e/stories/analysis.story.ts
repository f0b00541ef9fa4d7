import type { Page } from "@playwright/test"
import { until } from "../../testing/wait.ts"
import { expect, test } from "../lab.ts"
import { runTunnel } from "../tunnel.ts"

/** The kernel's own router solicitations are dropped, and would be told of. */
const withoutIpv6 = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"

test("what passed, taken together: who with whom, of what, what was dropped, and what looks wrong", async ({
  lab,
  signedIn: page,
}) => {
  const { here, there, product } = lab
  for (const host of [here, there]) await host.exec("sh", ["-c", withoutIpv6], { mayFail: true })
  await runTunnel(lab)
  await page.goto(`${product.url}/tunnels/lab#packets`)
  await expect(page.getByText("No packet yet")).toBeVisible()
  there.spawn("ping", ["-q", "-i", "0.2", "10.77.0.1"])
  await expect(packetRows(page).filter({ hasText: "reply" }).first()).toBeVisible()
  const open = async (name: string) => {
    await page.getByRole("radiogroup", { name: "View" }).getByText(name, { exact: true }).click()
  }
  const lines = (label: string) => page.getByRole("table", { name: label }).getByRole("row")
  const box = page.getByRole("combobox", { name: "Filter" })

  await test.step("a conversation has both directions, and goes on while it is looked at", async () => {
    await open("Conversations")
    const line = lines("Conversations").filter({ hasText: "10.77.0.2 ↔ 10.77.0.1" })
    await expect(line).toContainText("ICMP")
    const before = await line.innerText()
    await expect.poll(() => line.innerText()).not.toBe(before)
  })

  await test.step("talkers and protocols", async () => {
    await open("Talkers")
    await expect(lines("Talkers").filter({ hasText: "10.77.0.1" })).toBeVisible()
    await open("Protocols")
    await expect(lines("Protocols").filter({ hasText: "ICMP" })).toContainText("%")
  })

  await test.step("a line leads to its packets by a filter, by keyboard", async () => {
    await open("Conversations")
    await page.getByRole("button", { name: "10.77.0.2 ↔ 10.77.0.1" }).focus()
    await page.keyboard.press("Enter")
    await expect(box).toHaveValue('host 10.77.0.2 and host 10.77.0.1 and protocol == "ICMP"')
    await expect(packetRows(page).last()).toContainText("10.77.0.1")
    await expect(page).toHaveURL(/filter=host/)
  })

  await test.step("the view stands in the address: one step back leads to it, a link opens it", async () => {
    await page.goBack()
    await expect(lines("Conversations").filter({ hasText: "10.77.0.2 ↔ 10.77.0.1" })).toBeVisible()
    await expect(page).toHaveURL(/view=conversations/)
    await page.goForward()
    await expect(box).toHaveValue('host 10.77.0.2 and host 10.77.0.1 and protocol == "ICMP"')
    await page.goBack()
    await page.goBack()
    await expect(lines("Protocols").filter({ hasText: "ICMP" })).toBeVisible()
    await page.goto(`${product.url}/packets?tunnel=lab&view=talkers`)
    await expect(lines("Talkers").filter({ hasText: "10.77.0.1" })).toBeVisible()
    await open("Packets")
    await expect(page).not.toHaveURL(/view=/)
    await page.goto(`${product.url}/tunnels/lab?view=nonsense#packets`)
    await expect(packetRows(page).filter({ hasText: "reply" }).first()).toBeVisible()
  })

  await test.step("nothing is wrong, until pings find nobody", async () => {
    await open("Expert")
    await expect(page.getByRole("heading", { name: "Nothing looks wrong" })).toBeVisible()
    here.spawn("ping", ["-q", "-i", "0.5", "10.77.0.9"])
    const findings = page.getByRole("list", { name: "What looks wrong" }).getByRole("listitem")
    const finding = findings.filter({ hasText: "10.77.0.1 sent 10.77.0.9" })
    await expect(finding).toContainText("Nothing comes back")
    await expect(finding).toContainText("Try: Look on the other side")
    await finding.getByRole("button", { name: "Show the packets" }).click()
    await expect(box).toHaveValue("host 10.77.0.1 and host 10.77.0.9 and icmp")
    await expect(packetRows(page).last()).toContainText("10.77.0.9")
  })

  await test.step("drops stand by their reason, with what to do", async () => {
    await open("Drops")
    await expect(page.getByRole("heading", { name: "Nothing was dropped" })).toBeVisible()
    // A source that the clear-text peer may not use.
    await there.exec("ip", ["address", "add", "203.0.113.5/32", "dev", "tun0"], { mayFail: true })
    there.spawn("ping", ["-q", "-i", "0.5", "-I", "203.0.113.5", "10.77.0.1"])
    const drop = lines("Drops").filter({ hasText: "The inner source address is not one that this peer may use" })
    await expect(drop).toContainText("Add the network to the interface's routes")
    await drop.getByRole("button").click()
    await expect(box).toHaveValue("reason == source-not-allowed and inbound")
    await expect(packetRows(page).last()).toContainText("203.0.113.5")
  })

  await test.step("connections that lose in a tunnel over TCP are told with what to try, and their packets shown", async () => {
    const faults = { outbound: { lossPercent: 10 } }
    expect((await product.api("PATCH", "/tunnels/lab", { faults })).status).toBe(200)
    here.spawn("iperf3", ["--server", "--one-off", "--bind", "10.77.0.1"])
    await until(async () => (await here.exec("ss", ["-Hltn", "sport = :5201"])).stdout !== "", { what: "iperf3" })
    there.spawn("iperf3", ["-c", "10.77.0.1", "--reverse", "-b", "1M", "-t", "600"])
    await open("Expert")
    const findings = page.getByRole("list", { name: "What looks wrong" }).getByRole("listitem")
    await expect(findings.filter({ hasText: "TCP runs over TCP, and loses" })).toContainText(
      "Let the tunnel go over UDP",
      { timeout: 30_000 },
    )
    // The other side may send again, too: acknowledgements are lost as well.
    const sentAgain = /10\.77\.0\.1:5201 sent [\d,]+ of [\d,]+ segments to 10\.77\.0\.2:\d+ again\./
    const again = findings.filter({ hasText: sentAgain }).first()
    await expect(again).toContainText("TCP segments are sent again")
    await again.getByRole("button", { name: "Show the packets" }).click()
    await expect(packetRows(page).last()).toContainText(/\[TCP .*Retransmission\]/)
  })

  await test.step("Clear begins all of it anew", async () => {
    await open("Talkers")
    await page.getByRole("button", { name: "Pause" }).click()
    await page.getByRole("button", { name: "Clear" }).click()
    await expect(page.getByRole("heading", { name: "No packet yet" })).toBeVisible()
  })
})

function packetRows(page: Page) {
  return page
    .getByRole("table", { name: "Packets of lab" })
    .getByRole("row")
    .filter({ has: page.getByRole("cell") })
}
