import { startSimpletun } from "../../testing/peers/simpletun.ts"
import { expect, goTo, test } from "../lab.ts"
import { makeInterface, makeTunnel } from "../tunnel.ts"

test("a tunnel over an interface that another program holds says which, and goes on when that ends", async ({
  lab,
  signedIn: page,
}) => {
  await makeInterface(lab, "lab0")
  await makeTunnel(lab, "lab", { device: "lab0", autostart: false })
  const holder = await startSimpletun(lab.here, { kind: "tun", name: "lab0", port: 44_444 })

  await test.step("the page names the program and its process", async () => {
    await goTo(page, "Tunnels")
    await page.getByRole("link", { name: "lab", exact: true }).click()
    await page.getByRole("button", { name: "Start", exact: true }).click()
    await expect(page.getByRole("main")).toContainText(
      new RegExp(`lab0 is held by simpletun\\S* \\(pid ${holder.pid}\\)`),
    )
    await expect(page.getByText("failed", { exact: true }).first()).toBeVisible()
  })

  await test.step("so does the interface's", async () => {
    await goTo(page, "Interfaces")
    await expect(page.getByRole("row", { name: /lab0/ })).toContainText(`pid ${holder.pid}`)
  })

  await test.step("it attaches by itself when the other has ended", async () => {
    await goTo(page, "Tunnels")
    await page.getByRole("link", { name: "lab", exact: true }).click()
    await holder.stop()
    await expect(page.getByText(`Waiting for ${lab.addressThere} to call`)).toBeVisible()
  })
})
