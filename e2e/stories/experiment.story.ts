import { expect, goTo, kernelInterfaces, test } from "../lab.ts"

test("with no peer: one click makes an interface that answers and pings it, its packets are shown, one more takes all away", async ({
  lab,
  signedIn: page,
}) => {
  const { here } = lab
  const card = page.getByRole("region", { name: "Try it with no peer" })
  await card.getByRole("button", { name: "Make it and ping" }).click()
  await expect(card.getByText("4 of 4 pings to 198.51.100.2 answered.")).toBeVisible()
  expect(await kernelInterfaces(here)).toEqual(["try0"])

  await test.step("the packets of that ping are there, though nobody looked", async () => {
    await card.getByRole("link", { name: "See its packets" }).click()
    const rows = page.getByRole("table", { name: "Packets of try-it" }).getByRole("row")
    await expect(rows.filter({ hasText: "Echo (ping) request" }).nth(3)).toBeVisible()
    await expect(rows.filter({ hasText: "Echo (ping) reply" }).nth(3)).toBeVisible()
    await page.reload()
    await expect(rows.filter({ hasText: "Echo (ping) reply" }).nth(3)).toBeVisible()
  })

  await test.step("any program's ping is answered, too", async () => {
    const { stdout } = await here.exec("ping", ["-c", "2", "-i", "0.1", "-w", "10", "198.51.100.77"])
    expect(stdout).toContain("2 received")
  })

  await goTo(page, "Overview")
  await test.step("that a search for routers has no answer is no alarm", async () => {
    // The kernel's own grows ever rarer, and the page knows of drops since it was loaded.
    here.spawn("ping", ["-q", "-i", "0.5", "-I", "try0", "224.0.0.2"])
    const drops = page.getByRole("row").filter({ hasText: "The responder does not answer this" })
    await expect(drops.locator("[data-tone=idle]")).toBeVisible()
  })
  await card.getByRole("button", { name: "Ping again" }).click()
  await expect(card.getByRole("status")).toContainText("4 of 4")
  await card.getByRole("button", { name: "Take it all away" }).click()
  await expect(card.getByRole("button", { name: "Make it and ping" })).toBeVisible()
  expect(await kernelInterfaces(here)).toEqual([])
})

test("on a host that has tunnels, and uses the first network itself: found from the list of tunnels, by keyboard", async ({
  lab,
  signedIn: page,
}) => {
  const { here, product } = lab
  await here.exec("ip", ["address", "add", "198.51.100.7/32", "dev", "lo"])
  await product.api("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  const ends = { transport: { kind: "responder" }, security: { kind: "none" } }
  expect((await product.api("POST", "/tunnels", { name: "lab", interface: "tun7", ...ends })).status).toBe(201)

  await goTo(page, "Tunnels")
  await page.getByRole("link", { name: "Try it with no peer" }).focus()
  await page.keyboard.press("Enter")
  const card = page.getByRole("region", { name: "Try it with no peer" })
  await expect(card).toBeFocused()
  await expect(card).toBeInViewport()
  await expect(card.getByRole("button", { name: "Make it and ping" })).toBeEnabled()
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await expect(card.getByText("4 of 4 pings to 203.0.113.2 answered.")).toBeVisible()

  await test.step("where the host uses all three, it says by what", async () => {
    await card.getByRole("button", { name: "Take it all away" }).click()
    await here.exec("ip", ["route", "add", "blackhole", "203.0.113.0/25"])
    await card.getByRole("button", { name: "Make it and ping" }).click()
    await expect(card.getByRole("alert")).toContainText("203.0.113.0/24 by the route 203.0.113.0/25")
    await expect(card.getByRole("alert")).toContainText("192.0.2.0/24 by the address 192.0.2.1/24 of")
    expect(await kernelInterfaces(here)).toEqual(["tun7"])
  })
})
