import { expect, goTo, kernelInterfaces, test } from "../lab.ts"
import { makeInterface } from "../tunnel.ts"

const badNames = [
  ["sixteen-letters-", "at most 15 characters"],
  ["net/0", "Use letters, digits, dot, dash and underscore"],
  ["net 0", "Use letters, digits, dot, dash and underscore"],
  ["..", "begin with a letter or digit"],
  ["a..b", "Two dots in a row are not allowed."],
  ["-net0", "begin with a letter or digit"],
  ["tun%d", "leave the name out and the kernel picks one"],
  ["default", "The kernel keeps this word for itself"],
] as const

test("each wrong value of a new interface is told beside its field, and nothing is made", async ({
  lab,
  signedIn: page,
}) => {
  const { here } = lab
  await goTo(page, "Interfaces")
  await page.getByRole("link", { name: "New interface" }).first().click()
  const form = page.getByRole("form", { name: "New interface" })
  const create = form.getByRole("button", { name: "Create interface" })
  const name = form.getByRole("textbox", { name: "Name" })
  const owner = form.getByRole("textbox", { name: "Owner" })
  const mtu = form.getByRole("textbox", { name: "MTU" })
  const address = form.getByRole("textbox", { name: "Address 1" })

  await test.step("a bad name, while it is typed", async () => {
    for (const [value, words] of badNames) {
      await name.fill(value)
      await expect(name).toHaveAccessibleDescription(new RegExp(words))
      await expect(name).toHaveAttribute("aria-invalid", "true")
    }
  })

  await test.step("all of them at once, when it is sent", async () => {
    await form.getByRole("button", { name: "Add an address" }).click()
    await address.fill("10.077.0.1/24")
    for (const value of ["67", "65536"]) {
      await mtu.fill(value)
      await create.click()
      await expect(mtu).toHaveAccessibleDescription(/from 68 to 65,535/)
      await expect(mtu).toHaveAttribute("aria-invalid", "true")
    }
    await expect(address).toHaveAccessibleDescription(/no leading zeros/)
    await expect(form.getByRole("status").filter({ hasText: "3 fields are not right" })).toBeVisible()
    await expect(name).toHaveValue("default")
    await expect(address).toHaveValue("10.077.0.1/24")
    expect(await kernelInterfaces(here)).toEqual([])
  })

  await test.step("an owner whom this machine does not know: the panel says so, beside the field", async () => {
    await name.fill("lab0")
    await address.fill("10.77.0.1/24")
    await mtu.fill("1400")
    await owner.fill("no-such-user")
    await create.click()
    await expect(owner).toHaveAccessibleDescription(/no-such-user/)
    await expect(page.getByRole("alert")).toContainText("There is no such user")
    for (const [field, value] of [
      [name, "lab0"],
      [address, "10.77.0.1/24"],
      [owner, "no-such-user"],
    ] as const) {
      await expect(field).toHaveValue(value)
    }
    expect(await kernelInterfaces(here)).toEqual([])
  })

  await test.step("a name that another took meanwhile", async () => {
    await makeInterface(lab, "lab0")
    await expect(owner).toHaveAccessibleDescription(/no-such-user/) // still
    await owner.fill("")
    await create.click()
    await expect(name).toHaveAccessibleDescription(/lab0 exists already, and Tundeck manages it/)
    await expect(page.getByRole("alert").filter({ hasText: "The name is taken" })).toBeVisible()
    await expect(name).toHaveAttribute("aria-invalid", "true")
    expect(await kernelInterfaces(here)).toEqual(["lab0"])
  })

  await test.step("mended, it is created as it stands there", async () => {
    await name.fill("lab1")
    await address.fill("10.78.0.1/24")
    await create.click()
    await expect(page.getByRole("heading", { name: "lab1" })).toBeVisible()
    expect(await kernelInterfaces(here)).toEqual(["lab0", "lab1"])
    expect(await here.ip("link", "show", "lab1")).toMatchObject([{ mtu: 1400 }])
  })
})
