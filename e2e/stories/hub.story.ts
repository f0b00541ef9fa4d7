import type { TunnelView } from "@tundeck/shared"
import { connectByVeth } from "../../testing/links.ts"
import { createNamespace } from "../../testing/namespace.ts"
import { startSimpletun } from "../../testing/peers/simpletun.ts"
import { expect, goTo, test } from "../lab.ts"
import { isAnswered } from "../ping.ts"
import { makeInterface } from "../tunnel.ts"

test("two hosts call a hub and reach each other through it; each is seen, cut off and let in again", async ({
  lab,
  signedIn: page,
}) => {
  test.setTimeout(150_000)
  const { here, there: first, addressHere, addressThere, product } = lab
  await using second = await createNamespace("second")
  await connectByVeth(here, second, { name: "veth1", v4: ["198.51.100.1/24", "198.51.100.2/24"] })
  await makeInterface(lab, "hub0")
  await here.exec("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
  const pings = (withinSeconds: number) => isAnswered(first, "10.77.0.3", withinSeconds)

  await test.step("a hub by form: peers with an address inside of their own, wrong ones told beside the field", async () => {
    await goTo(page, "Tunnels")
    await page.getByRole("link", { name: "New tunnel" }).first().click()
    const form = page.getByRole("form", { name: "Tunnel" })
    const field = (name: string) => form.getByRole("textbox", { name })
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("hub")
    await form.getByRole("radio", { name: "Clear text" }).check()
    await form.getByRole("radio", { name: "simpletun" }).check()
    await form.getByRole("radio", { name: /^Hub/ }).check()
    const add = form.getByRole("button", { name: "Add a peer" })
    await add.click()
    await add.click()
    await expect(field("Networks behind peer 1")).toHaveValue("10.77.0.2/32")
    await expect(field("Networks behind peer 2")).toHaveValue("10.77.0.3/32")
    await field("Name of peer 1").fill("first")
    await field("Address of peer 1").fill(addressThere)
    await field("Name of peer 2").fill("second")
    await field("Address of peer 2").fill(addressThere)
    await form.getByRole("button", { name: "Create tunnel" }).click()
    await expect(field("Address of peer 2")).toHaveAccessibleDescription(/Another peer has the address/)
    await field("Address of peer 2").fill("198.51.100.2")
    const told = page.getByRole("region", { name: "The other side" })
    await told.getByRole("combobox", { name: "Peer" }).click()
    await page.getByRole("option", { name: "second" }).click()
    await expect(told).toContainText("10.77.0.3/24")
    await form.getByRole("button", { name: "Create tunnel" }).click()
    await expect(page.getByText("TCP hub · 0 of 2 peers")).toBeVisible()
  })

  const table = page.getByRole("table", { name: "Peers" })
  const row = (name: string) => table.getByRole("row").filter({ hasText: name })
  await test.step("both call, and reach each other", async () => {
    await page.getByRole("tab", { name: "Peers" }).click()
    await expect(row("first")).toContainText("waiting")
    // Only who listens can be called.
    await expect(page.getByText(/^Waiting for .* to call/)).toBeVisible()
    await startSimpletun(first, { kind: "tun", addresses: ["10.77.0.2/24"], connect: addressHere, noDelay: true })
    await startSimpletun(second, { kind: "tun", addresses: ["10.77.0.3/24"], connect: "198.51.100.1", noDelay: true })
    for (const name of ["first", "second"]) await expect(row(name)).toContainText("connected")
    await expect(page.getByText("TCP hub · 2 of 2 peers")).toBeVisible()
    await expect.poll(() => pings(1)).toBe(true)
  })

  await test.step("lists and map count and name them", async () => {
    await goTo(page, "Overview")
    await expect(page.getByRole("figure")).toContainText("first")
    await expect(page.getByRole("figure")).toContainText("10.77.0.3/32")
    await goTo(page, "Tunnels")
    await expect(page.getByRole("row").filter({ hasText: "hub0" })).toContainText("2 of 2 peers")
    await page.goto(`${product.url}/tunnels/hub#peers`)
  })

  await test.step("one is disabled: cut off at once", async () => {
    await page.getByRole("switch", { name: "Disable second" }).press("Space")
    await expect(row("second")).toContainText("disabled")
    await expect(page.getByText("TCP hub · 1 of 1 peer")).toBeVisible()
    await expect.poll(() => pings(1)).toBe(false)
    await expect(row("first")).toContainText("connected")
  })

  await test.step("it is removed, taken back, and let in again", async () => {
    await page.getByRole("button", { name: "Remove second" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Remove second" }).click()
    await expect(row("second")).toHaveCount(0)
    await page.getByRole("button", { name: "Undo" }).click()
    await expect(row("second")).toContainText("disabled")
    await page.getByRole("switch", { name: "Enable second" }).press("Space")
    await expect(row("second")).toContainText("waiting")
    await startSimpletun(second, { kind: "tun", connect: "198.51.100.1", noDelay: true })
    await expect(row("second")).toContainText("connected")
    await expect.poll(() => pings(1)).toBe(true)
  })

  await test.step("another is added while the hub runs", async () => {
    await page.getByRole("button", { name: "Add a peer" }).click()
    const dialog = page.getByRole("dialog", { name: "Add a peer" })
    await dialog.getByRole("textbox", { name: "Name" }).fill("third")
    await expect(dialog.getByRole("textbox", { name: "Networks behind it" })).toHaveValue("10.77.0.4/32")
    const address = dialog.getByRole("textbox", { name: "Address", exact: true })
    await address.fill(addressThere)
    await dialog.getByRole("button", { name: "Add a peer" }).click()
    await expect(address).toHaveAccessibleDescription(new RegExp(`${addressThere} is first's already`))
    await address.fill("192.0.2.77")
    await dialog.getByRole("button", { name: "Add a peer" }).click()
    await expect(row("third")).toContainText("waiting")
    const { security } = (await product.api<TunnelView>("GET", "/tunnels/hub")).body
    expect(security.peers?.map(({ name }) => name)).toEqual(["first", "second", "third"])
    expect(await pings(10)).toBe(true)
  })
})
