import type { Page } from "@playwright/test"

export const account = { name: "ann", password: "correct horse battery" }

/** By the one-time link, as a new user would. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel("Name", { exact: true }).fill(account.name)
  await page.getByLabel("Password", { exact: true }).fill(account.password)
  await page.getByLabel("Password again").fill(account.password)
  await page.getByRole("button", { name: "Create account and sign in" }).click()
  await page.getByRole("heading", { name: "Overview" }).waitFor()
}
