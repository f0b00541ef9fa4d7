import { account, expect, setUp, signIn, test } from "../lab.ts"

test("the setup link makes the first account, once", async ({ lab, page }) => {
  const { url, setupLink } = lab.product

  await test.step("before that nobody can sign in, and the page says where the link is", async () => {
    await page.goto(`${url}/tunnels`)
    await expect(page.getByRole("heading", { name: "This host waits for its first account" })).toBeVisible()
    await page.goto(`${url}/setup`)
    await expect(page.getByRole("heading", { name: "This address lacks its token" })).toBeVisible()
  })

  await test.step("a token that was never given out is refused in words", async () => {
    await page.goto("about:blank")
    await page.goto(setupLink.replace(/#.*/, `#token=${"A".repeat(43)}`))
    const form = page.getByRole("form", { name: "Set up Tundeck" })
    await form.getByLabel("Name", { exact: true }).fill(account.name)
    await form.getByLabel("Password", { exact: true }).fill("short")
    await form.getByLabel("Password again").fill("other")
    await form.getByRole("button", { name: "Create account" }).click()
    await expect(form.getByText("The two passwords differ.")).toBeVisible()
    await form.getByLabel("Password", { exact: true }).fill(account.password)
    await form.getByLabel("Password again").fill(account.password)
    await form.getByRole("button", { name: "Create account" }).click()
    await expect(form.getByRole("alert")).toContainText("The setup link is wrong, used or expired")
    await expect(form.getByLabel("Name", { exact: true })).toHaveValue(account.name)
  })

  await test.step("the true one works, and then never again", async () => {
    await page.goto("about:blank")
    await setUp(page, setupLink)
    await page.goto("about:blank")
    await page.goto(setupLink)
    await expect(page.getByRole("heading", { name: "This host is set up already" })).toBeVisible()
    await expect(page.getByLabel("Password", { exact: true })).toHaveCount(0)
  })
})

test("who signed out must sign in, and then comes to the page that was asked for", async ({ lab, signedIn: page }) => {
  const form = page.getByRole("form", { name: "Sign in" })

  await test.step("signing out ends the session", async () => {
    await page.getByRole("button", { name: `Account of ${account.name}` }).click()
    await page.getByRole("menuitem", { name: "Sign out" }).click()
    await expect(form).toBeVisible()
    await page.goto(`${lab.product.url}/tunnels/new`)
    await expect(form).toBeVisible()
  })

  await test.step("a wrong password and an unknown name are refused in the same words", async () => {
    const refusals = []
    for (const name of [account.name, "nobody"]) {
      await signIn(page, { name, password: "wrong horse battery" })
      await expect(form.getByRole("alert")).toContainText("The name or the password is wrong")
      await expect(form.getByLabel("Password", { exact: true })).toHaveValue("")
      await expect(form.getByLabel("Name", { exact: true })).toHaveValue(name)
      refusals.push(await form.getByRole("alert").innerText())
    }
    expect(refusals[1]).toBe(refusals[0])
  })

  await test.step("the right one leads to the page that was asked for, and lasts", async () => {
    await signIn(page)
    await expect(page.getByRole("heading", { name: "New tunnel" })).toBeVisible()
    await page.reload()
    await expect(page.getByRole("heading", { name: "New tunnel" })).toBeVisible()
  })
})
