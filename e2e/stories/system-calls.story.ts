import { expect, goTo, test } from "../lab.ts"
import { makeInterface } from "../tunnel.ts"

test("each action shows what it asked of the kernel: as a call, as a command, and byte by byte", async ({
  lab: { here },
  signedIn: page,
}) => {
  const drawer = page.getByRole("dialog", { name: "System calls about lab0" })
  const action = (name: string | RegExp) => drawer.getByRole("region", { name }).first()
  const open = () => page.getByRole("button", { name: "System calls", exact: true }).click()
  const close = () => drawer.getByRole("button", { name: "Close" }).click()

  await test.step("making an interface is an ioctl, and messages for its address and its link", async () => {
    await goTo(page, "Interfaces")
    await page.getByRole("link", { name: "New interface" }).first().click()
    await page.getByRole("textbox", { name: "Name" }).fill("lab0")
    await page.getByRole("button", { name: "Create interface" }).click()
    await expect(page.getByRole("heading", { name: "lab0", level: 1 })).toBeVisible()
    await open()
    const made = action("Create an interface and save it")
    await expect(made).toContainText("recvmsg(…, SCM_RIGHTS [")
    await expect(made).toContainText("TUNSETIFF, {lab0, IFF_TUN | IFF_NO_PI")
    await expect(made).toContainText("# ip tuntap add dev lab0 mode tun")
    await expect(made).toContainText("# ip link set dev lab0 up")
  })

  await test.step("a call opens into the kernel's structure, each field beside its bytes", async () => {
    await drawer.getByText("TUNSETIFF").first().click()
    const tree = drawer.getByRole("tree")
    await expect(tree.getByRole("treeitem", { name: /ifr_name/ })).toContainText("lab0")
    await expect(tree.getByRole("treeitem", { name: /ifr_flags/ })).toContainText("IFF_TUN")
    await drawer.getByText("Answered").click()
    await expect(tree.getByRole("treeitem", { name: /ifr_name/ })).toContainText("lab0")
    await drawer.getByText("recvmsg(").click()
    await expect(drawer).toContainText("Nothing but the descriptor.")
    await close()
  })

  await test.step("healing is told, too; by keyboard, while the page stands", async () => {
    await here.exec("ip", ["link", "set", "lab0", "mtu", "1300"])
    await page.keyboard.press("c")
    await expect(action(/^Healed/)).toContainText("# ip link set dev lab0 mtu 1500")
    await page.keyboard.press("Escape")
    await expect(drawer).toBeHidden()
  })

  await test.step("a deletion shows its own from the notice that offers to take it back", async () => {
    await page.getByRole("button", { name: "Delete lab0" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete lab0" }).click()
    await expect(page.getByText("lab0 is deleted.")).toBeVisible()
    await open()
    await expect(action(/^Delete a managed interface/)).toContainText("# ip link delete dev lab0")
  })
})

test("what is re-applied is told; and a refusal leads to the call that the kernel refused, with its own words", async ({
  lab,
  signedIn: page,
}) => {
  await makeInterface(lab, "lab1", { heal: false })
  await lab.here.exec("ip", ["link", "set", "lab1", "mtu", "1300"])
  await page.goto(`${lab.product.url}/interfaces/lab1`)
  await page.getByRole("button", { name: "Re-apply MTU" }).click()
  await expect(page.getByRole("row", { name: /^MTU/ })).toContainText("as wanted")
  await page.getByRole("button", { name: "System calls", exact: true }).click()
  const applied = page.getByRole("region", { name: "Put drifted fields back as wanted" })
  await expect(applied).toContainText("# ip link set dev lab1 mtu 1500")

  await page.goto(`${lab.product.url}/interfaces/lab1/edit`)
  await page.getByRole("button", { name: "Add a route" }).click()
  await page.getByRole("textbox", { name: "Network of route 1" }).fill("10.9.0.0/16")
  await page.getByRole("textbox", { name: "Gateway of route 1" }).fill("10.99.0.1")
  await page.getByRole("button", { name: "Save" }).click()
  await page.getByRole("alert").getByRole("button", { name: "System calls" }).click()
  const drawer = page.getByRole("dialog", { name: "System calls of this action" })
  await expect(drawer).toContainText("= -1 ENETUNREACH")
  await expect(drawer).toContainText("The kernel says: Nexthop has invalid gateway")
  await expect(drawer).toContainText("1 refused")
})
