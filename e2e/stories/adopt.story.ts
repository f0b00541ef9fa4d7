import { expect, goTo, kernelInterfaces, test } from "../lab.ts"

test("another program's interface is adopted, drifts, and is put back or accepted", async ({
  lab: { here },
  signedIn: page,
}) => {
  const kernelMtu = async () => (await here.ip("link", "show", "lab0"))[0]?.mtu
  const setMtu = (bytes: number) => here.exec("ip", ["link", "set", "lab0", "mtu", `${bytes}`])
  const comparison = page.getByRole("table", { name: "Wanted and actual" })
  const mtu = comparison.getByRole("row", { name: /^MTU/ })
  const [wanted, kernel, drift] = [
    mtu.getByRole("cell").nth(0),
    mtu.getByRole("cell").nth(1),
    mtu.getByRole("cell").nth(2),
  ]

  await test.step("it appears by itself, as another's", async () => {
    await goTo(page, "Interfaces")
    await expect(page.getByText("There is no tun or tap interface on this machine")).toBeVisible()
    await here.exec("ip", ["tuntap", "add", "dev", "lab0", "mode", "tun"])
    const row = page.getByRole("table", { name: "Interfaces" }).getByRole("row", { name: /lab0/ })
    await expect(row).toContainText("not watched")
    await row.getByRole("link", { name: "lab0" }).click()
    await expect(page.getByText("Tundeck does not manage this interface")).toBeVisible()
    await expect(comparison.getByRole("columnheader", { name: "Wanted" })).toHaveCount(0)
  })

  await test.step("adopting it changes nothing about it", async () => {
    const before = await here.ip("link", "show", "lab0")
    await page.getByRole("button", { name: "Adopt" }).click()
    await expect(comparison.getByRole("columnheader", { name: "Wanted" })).toBeVisible()
    await expect(drift).toContainText("as wanted")
    expect(await here.ip("link", "show", "lab0")).toEqual(before)
  })

  await test.step("what someone else changes is not undone, but shown beside what is wanted", async () => {
    await setMtu(1300)
    await expect(drift).toContainText("differs")
    await expect(wanted).toHaveText("1,500 bytes")
    await expect(kernel).toHaveText("1,300 bytes")
    expect(await kernelMtu()).toBe(1300)
  })

  await test.step("re-apply puts it back into the kernel", async () => {
    await page.getByRole("button", { name: "Re-apply MTU" }).click()
    await expect(drift).toContainText("as wanted")
    await expect(kernel).toHaveText("1,500 bytes")
    expect(await kernelMtu()).toBe(1500)
  })

  await test.step("accept makes the kernel's value the wish", async () => {
    await setMtu(1280)
    await page.getByRole("button", { name: "Accept MTU" }).click()
    await expect(drift).toContainText("as wanted")
    await expect(wanted).toHaveText("1,280 bytes")
    expect(await kernelMtu()).toBe(1280)
  })

  await test.step("the export says the same in the words of ip, and of others", async () => {
    await expect(page.getByText("ip link set dev lab0 mtu 1280")).toBeVisible()
    await expect(page.getByText("ip tuntap add dev lab0 mode tun")).toBeVisible()
    await page.getByRole("combobox", { name: "Format" }).selectOption("systemd-networkd")
    await expect(page.getByText("MTUBytes=1280").first()).toBeVisible()
    expect(await kernelInterfaces(here)).toEqual(["lab0"])
  })
})
