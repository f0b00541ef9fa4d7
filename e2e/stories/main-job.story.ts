import { startSimpletun } from "../../testing/peers/simpletun.ts"
import { expect, kernelInterfaces, test } from "../lab.ts"
import { isAnswered } from "../ping.ts"

test("a new user makes an interface and a tunnel by form, and sees the ping pass", async ({ lab, signedIn: page }) => {
  const { here, there, addressHere, addressThere } = lab

  await test.step("an interface by form", async () => {
    expect(await kernelInterfaces(here)).toEqual([])
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Interfaces" }).click()
    await page.getByRole("link", { name: "New interface" }).first().click()
    const form = page.getByRole("form", { name: "New interface" })
    await form.getByRole("textbox", { name: "Name" }).fill("lab0")
    await form.getByRole("button", { name: "Add an address" }).click()
    await form.getByRole("textbox", { name: "Address 1" }).fill("10.77.0.1/24")
    await form.getByRole("button", { name: "Create interface" }).click()
    await expect(page.getByRole("heading", { name: "lab0" })).toBeVisible()
    expect(await kernelInterfaces(here)).toEqual(["lab0"])
    const [link] = await here.ip("address", "show", "dev", "lab0")
    expect(link).toMatchObject({ mtu: 1500, flags: expect.arrayContaining(["UP"]) })
    expect(JSON.stringify(link)).toContain('"local":"10.77.0.1","prefixlen":24')
  })

  await test.step("a tunnel by form", async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Tunnels" }).click()
    await page.getByRole("link", { name: "New tunnel" }).first().click()
    const form = page.getByRole("form", { name: "Tunnel" })
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("lab")
    await form.getByText("An interface of this host").click()
    await form.getByRole("combobox", { name: "Interface" }).click()
    await page.getByRole("option", { name: /lab0/ }).click()
    await expect(form.getByRole("radio", { name: "WireGuard", exact: true })).toBeChecked()
    await expect(form.getByText("Others can read and write along")).toBeHidden()
    await form.getByRole("radio", { name: "Clear text" }).check()
    await expect(form.getByText("Others can read and write along")).toBeVisible()
    await form.getByRole("radio", { name: "This host waits" }).check()
    await form.getByRole("textbox", { name: "Address of the other host" }).fill(addressThere)
    await form.getByRole("checkbox", { name: "Start with Tundeck" }).uncheck()
    await form.getByRole("button", { name: "Create tunnel" }).click()
    await expect(page.getByRole("heading", { name: "lab" })).toBeVisible()
  })

  await test.step("it starts, and the tutorial's program connects from another host", async () => {
    await page.getByRole("button", { name: "Start", exact: true }).click()
    await expect(page.getByText(`Waiting for ${addressThere} to call`)).toBeVisible()
    await startSimpletun(there, { kind: "tun", addresses: ["10.77.0.2/24"], connect: addressHere, noDelay: true })
    await expect(page.getByRole("main").getByText("up", { exact: true }).first()).toBeVisible()
  })

  await test.step("the ping and its reply are in the live table", async () => {
    await page.getByRole("tab", { name: "Packets" }).click()
    const rows = page.getByRole("table").getByRole("row")
    await expect(page.getByRole("table")).toBeVisible()
    expect(await isAnswered(there, "10.77.0.1", 10)).toBe(true)
    const request = rows.filter({ hasText: "Echo (ping) request" })
    const reply = rows.filter({ hasText: "Echo (ping) reply" })
    await expect(request.first()).toContainText("delivered")
    await expect(reply.first()).toContainText("sent")
    await expect(request.first()).toContainText("10.77.0.2")
  })

  await test.step("it stops, both are deleted, and the kernel agrees", async () => {
    await page.getByRole("button", { name: "Stop", exact: true }).click()
    await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible()
    expect(await kernelInterfaces(here)).toEqual(["lab0"])
    await page.getByRole("button", { name: "Delete lab", exact: true }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete lab" }).click()
    await expect(page.getByText("No tunnel yet")).toBeVisible({ timeout: 15_000 })
    // The page gives ten seconds to take it back; the panel forgets the tunnel after that.
    await expect
      .poll(async () => (await lab.product.api<{ items: unknown[] }>("GET", "/tunnels")).body.items, {
        timeout: 20_000,
      })
      .toEqual([])
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Interfaces" }).click()
    await page.getByRole("link", { name: "lab0" }).first().click()
    await page.getByRole("button", { name: "Delete lab0" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete lab0" }).click()
    await expect.poll(() => kernelInterfaces(here)).toEqual([])
  })
})
