import { createNamespace, type Namespace } from "../../testing/namespace.ts"
import { startProduct } from "../../testing/product.ts"
import { expect, goTo, setUp, test } from "../lab.ts"

/** The same place, but what is started there finds no /dev/net/tun; the machine's own /dev stays as it is. */
function withoutDevice(host: Namespace): Namespace {
  const hide = ["-m", "sh", "-c", 'mount -t tmpfs tmpfs /dev/net && exec "$@"', "sh"]
  return {
    ...host,
    spawn: (command, args = [], options) => host.spawn("unshare", [...hide, command, ...args], options),
  }
}

test("a machine without /dev/net/tun is told what is missing and the command that mends it", async ({ page }) => {
  await using here = await createNamespace("bare")
  await using product = await startProduct({ namespace: withoutDevice(here) })
  await setUp(page, product.setupLink)

  await test.step("every page warns", async () => {
    await expect(page.getByRole("link", { name: "1 thing to mend", exact: true })).toBeVisible()
  })

  await test.step("the host page has it in red, and all that is well folded away", async () => {
    await page.getByRole("link", { name: "1 thing to mend", exact: true }).click()
    await expect(page.getByRole("heading", { name: "Host", level: 1 })).toBeVisible()
    const faults = page.getByRole("region", { name: "To mend" }).getByRole("article")
    await expect(faults).toHaveCount(1)
    await expect(faults).toContainText("/dev/net/tun")
    await expect(faults.getByText("modprobe tun").first()).toBeVisible()
    const well = page.getByText(/\d+ checks are well/)
    await expect(page.getByText("CAP_NET_ADMIN").first()).toBeHidden()
    await well.click()
    await expect(page.getByText("CAP_NET_ADMIN").first()).toBeVisible()
  })

  await test.step("who tries all the same reads the same", async () => {
    await goTo(page, "Interfaces")
    await page.getByRole("link", { name: "New interface" }).first().click()
    await page.getByRole("button", { name: "Create interface" }).click()
    await expect(page.getByRole("alert")).toContainText("/dev/net/tun is missing")
  })
})
