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
  })

  await test.step("any program's ping is answered, too", async () => {
    const { stdout } = await here.exec("ping", ["-c", "2", "-i", "0.1", "198.51.100.77"])
    expect(stdout).toContain("2 received")
  })

  await goTo(page, "Overview")
  await card.getByRole("button", { name: "Ping again" }).click()
  await expect(card.getByRole("status")).toContainText("4 of 4")
  await card.getByRole("button", { name: "Take it all away" }).click()
  await expect(card.getByRole("button", { name: "Make it and ping" })).toBeVisible()
  expect(await kernelInterfaces(here)).toEqual([])
})
