import type { Page } from "@playwright/test"
import type { TunnelStats, TunnelView } from "@tundeck/shared"
import type { Namespace } from "../../testing/namespace.ts"
import { type Product, startProduct } from "../../testing/product.ts"
import { expect, goTo, type Lab, test } from "../lab.ts"
import { startPing } from "../ping.ts"
import { makeInterface } from "../tunnel.ts"

test("a UDP tunnel between two hosts becomes TCP and then ICMP, and the ping through it runs on", async ({
  lab,
  signedIn: page,
}) => {
  test.setTimeout(180_000)
  const { here, there, addressThere, product } = lab
  await using other = await startProduct({ namespace: there })
  await otherHost(other, lab)
  await makeInterface(lab, "lab0")

  await test.step("a UDP tunnel by form, and the form says what the other host must be told", async () => {
    await goTo(page, "Tunnels")
    await page.getByRole("link", { name: "New tunnel" }).first().click()
    const form = page.getByRole("form", { name: "Tunnel" })
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("lab")
    await form.getByRole("radio", { name: "Clear text" }).check()
    await form.getByRole("radio", { name: "UDP" }).check()
    await expect(form.getByRole("radiogroup", { name: "The other side" })).toBeHidden()
    await form.getByRole("radio", { name: "This host calls" }).check()
    await form.getByRole("textbox", { name: "Address of the other host" }).fill(addressThere)
    const told = page.getByRole("region", { name: "The other side" })
    for (const words of ["UDP", "This host waits", "10.77.0.2/24", "55555"]) await expect(told).toContainText(words)
    await expect(told).not.toContainText("simpletun")
    await form.getByRole("button", { name: "Create tunnel" }).click()
    await isUp(page)
    await expect(page.getByText(`UDP to ${addressThere}`)).toBeVisible()
  })

  await test.step("the interface sends more than fits in one piece: one click gives it the MTU that does", async () => {
    const set = page.getByRole("button", { name: /^Set the MTU of lab0 to/ })
    const mtu = Number((await set.innerText()).replaceAll(/\D/g, "").slice(1)) // after the 0 of lab0
    await expect(page.getByText(`${mtu.toLocaleString("en")} bytes fit in one piece`)).toBeVisible()
    await set.click()
    await expect(page.getByText(`lab0 sends at most ${mtu.toLocaleString("en")}.`)).toBeVisible()
    await expect(set).toBeHidden()
    expect(await here.ip("link", "show", "lab0")).toMatchObject([{ mtu }])
  })

  await using ping = await startPing(here, "10.77.0.2")
  await ping.moreReplies("over UDP")
  const roundTripMs = async () => (await product.api<TunnelStats>("GET", "/tunnels/lab/stats")).body.roundTripMs
  await expect.poll(roundTripMs).not.toBeNull() // or there is none to compare with
  const carrier = await carrierChanges(here)

  const steps = [
    { from: "UDP", to: "TCP", transport: { kind: "tcp", framing: "trains" } },
    { from: "TCP", to: "ICMP", transport: { kind: "icmp" } },
  ] as const
  for (const { from, to, transport } of steps) {
    await test.step(`${from} becomes ${to} while it runs`, async () => {
      await page.getByRole("tab", { name: "Settings" }).click()
      const form = page.getByRole("form", { name: "Tunnel" })
      await form.getByRole("radio", { name: to }).check()
      if (to === "TCP") await form.getByRole("radio", { name: "Another Tundeck" }).check()
      await expect(page.getByText("The interface stays up; inner connections survive.")).toBeVisible()
      await form.getByRole("button", { name: "Save changes" }).click()
      const swap = page.getByRole("table", { name: "Before and after the change of transport" })
      await expect(swap.getByRole("columnheader", { name: `Before: ${from}` })).toBeVisible()
      await expect(swap.getByRole("columnheader", { name: `After: ${to}` })).toBeVisible()
      await change(other, { listen: "0.0.0.0:55555", peer: lab.addressHere, ...transport })
      await isUp(page)
      await ping.moreReplies(`over ${to}`)
      await page.getByRole("tab", { name: "Live" }).click()
      const roundTrip = swap.getByRole("row", { name: /^Round trip/ }).getByRole("cell")
      await expect(roundTrip).toHaveText([/s$/, /s$/], { timeout: 20_000 })
    })
  }

  await test.step("the interface never lost its carrier, and the tunnel is the same one", async () => {
    expect(await carrierChanges(here)).toBe(carrier)
    const { body } = await product.api<TunnelView>("GET", "/tunnels/lab")
    expect(body).toMatchObject({ transport: { kind: "icmp" }, state: "up" })
    await goTo(page, "Tunnels")
    await expect(page.getByRole("row").filter({ hasText: "lab" })).toContainText("ICMP, called with number 55555")
  })
})

/** A Tundeck that waits for this one; its MTU is small enough for each transport. */
async function otherHost(other: Product, lab: Lab): Promise<void> {
  const made = await other.api("POST", "/interfaces", { name: "lab0", addresses: ["10.77.0.2/24"], mtu: 1400 })
  expect(made.status).toBe(201)
  const tunnel = await other.api("POST", "/tunnels", {
    name: "lab",
    interface: "lab0",
    transport: { kind: "udp", listen: "0.0.0.0:55555", peer: lab.addressHere },
    security: { kind: "none" },
    autostart: true,
  })
  expect(tunnel.status).toBe(201)
}

async function change(other: Product, transport: object): Promise<void> {
  expect((await other.api("PATCH", "/tunnels/lab", { transport })).status).toBe(200)
}

async function isUp(page: Page): Promise<void> {
  const state = page.getByRole("main").getByText("up", { exact: true })
  await expect(state.first()).toBeVisible({ timeout: 30_000 })
}

async function carrierChanges(host: Namespace): Promise<string> {
  return (await host.exec("cat", ["/sys/class/net/lab0/carrier_changes"])).stdout
}
