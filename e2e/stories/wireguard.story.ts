import type { Page } from "@playwright/test"
import type { TunnelView } from "@tundeck/shared"
import { startProduct } from "../../testing/product.ts"
import { expect, goTo, setUp, test } from "../lab.ts"
import { isAnswered } from "../ping.ts"

test("a tunnel made on one host, its invite pasted on another: both are green, and a ping passes encrypted", async ({
  lab,
  signedIn: page,
  browser,
}) => {
  test.setTimeout(180_000)
  const { here, there, addressHere, product } = lab
  await using other = await startProduct({ namespace: there })
  const elsewhere = await (await browser.newContext()).newPage()
  await setUp(elsewhere, other.setupLink)
  const dialog = page.getByRole("dialog")
  let code = ""

  await test.step("host one: a tunnel by form, encrypted without a word about it", async () => {
    await goTo(page, "Tunnels")
    await page.getByRole("link", { name: "New tunnel" }).first().click()
    const form = page.getByRole("form", { name: "Tunnel" })
    await form.getByRole("textbox", { name: "Name", exact: true }).fill("lab")
    await form.getByRole("textbox", { name: "Address inside the tunnel" }).fill("10.77.0.1/24")
    await expect(form.getByRole("radio", { name: "WireGuard", exact: true })).toBeChecked()
    await expect(form.getByRole("radio", { name: "UDP" })).toBeChecked()
    await expect(form.getByRole("radio", { name: "Another Tundeck" })).toBeChecked()
    await form.getByRole("button", { name: "Create tunnel" }).click()
  })

  await test.step("it asks whom to invite, and shows the code once", async () => {
    await expect(dialog.getByRole("textbox", { name: "Address inside" })).toHaveValue("10.77.0.2/32")
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("two")
    const endpoint = dialog.getByRole("textbox", { name: "Where it reaches this host" })
    await endpoint.fill(addressHere)
    await dialog.getByRole("button", { name: "Make the invite" }).click()
    await expect(endpoint).toHaveAccessibleDescription(/port/)
    await endpoint.fill(`${addressHere}:51820`)
    await dialog.getByRole("button", { name: "Make the invite" }).click()
    await expect(dialog).toContainText("This is shown once")
    code = await dialog.getByText(/^tundeck-invite-/).innerText()
    await dialog.getByRole("tab", { name: "A WireGuard app" }).click()
    await expect(dialog.getByRole("img", { name: "QR code of the configuration of two" })).toBeVisible()
    await dialog.getByRole("button", { name: "Done" }).click()
    await expect(page.getByRole("region", { name: "Open invites" })).toContainText("two")
  })

  await test.step("host two: the code, and nothing else", async () => {
    await goTo(elsewhere, "Tunnels")
    await elsewhere.getByRole("link", { name: "New tunnel" }).first().click()
    await elsewhere.getByText("Paste a code", { exact: true }).click()
    const field = elsewhere.getByRole("textbox", { name: "Code" })
    await field.fill(code.slice(0, -9))
    await elsewhere.getByRole("button", { name: "Join" }).click()
    await expect(field).toHaveAccessibleDescription(/not the whole of it/)
    await field.fill(code)
    const says = elsewhere.getByRole("region", { name: "What it says" })
    for (const words of ["10.77.0.2/24", `${addressHere}:51820`, "UDP"]) await expect(says).toContainText(words)
    await elsewhere.getByRole("button", { name: "Join" }).click()
    await expect(elsewhere.getByRole("heading", { name: "lab", level: 1 })).toBeVisible()
  })

  await test.step("a ping passes, and both pages are green", async () => {
    await expect.poll(() => isAnswered(there, "10.77.0.1", 1), { timeout: 30_000 }).toBe(true)
    for (const each of [page, elsewhere]) {
      await isUp(each)
      await expect(each.getByRole("main").getByText("encrypted", { exact: true }).first()).toBeAttached()
      await each.getByRole("tab", { name: "Peers" }).click()
      const row = each.getByRole("table", { name: "Peers" }).getByRole("row").nth(1)
      await expect(row).toContainText("connected")
      await expect(row).toContainText(/keys (now|\d+ (sec|min) ago)/)
      await expect(row).toContainText("UDP")
    }
    await expect(page.getByRole("region", { name: "Open invites" })).toBeHidden({ timeout: 30_000 })
  })

  await test.step("both name the same keys, crosswise", async () => {
    const keysOf = async (of: typeof product) => {
      const { security } = (await of.api<TunnelView>("GET", "/tunnels/lab")).body
      if (security.kind !== "wireguard") throw new Error("the tunnel is clear text")
      return [security.publicKey, security.peers[0]?.publicKey]
    }
    const [own, peer] = await keysOf(product)
    expect(await keysOf(other)).toEqual([peer, own])
  })

  await test.step("a new key: the ping goes on, and the old key is good until it is retired", async () => {
    await page.getByRole("button", { name: "Rotate the key" }).click()
    await dialog.getByRole("button", { name: "Rotate the key" }).click()
    await expect(page.getByText("The key before is still good")).toBeVisible()
    expect(await isAnswered(there, "10.77.0.1", 10)).toBe(true)
  })

  await test.step("disabled: cut off at once, and let in again", async () => {
    const row = page.getByRole("table", { name: "Peers" }).getByRole("row").filter({ hasText: "two" })
    await page.getByRole("switch", { name: "Disable two" }).press("Space")
    await expect(row).toContainText("disabled")
    await expect.poll(() => isAnswered(there, "10.77.0.1", 1)).toBe(false)
    await page.getByRole("switch", { name: "Enable two" }).press("Space")
    await expect(row).toContainText("connected", { timeout: 30_000 })
    await expect.poll(() => isAnswered(here, "10.77.0.2", 1), { timeout: 30_000 }).toBe(true)
  })
})

async function isUp(page: Page): Promise<void> {
  await expect(page.getByRole("main").getByText("up", { exact: true }).first()).toBeVisible({ timeout: 30_000 })
}
