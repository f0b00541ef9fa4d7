import { test as base, expect, type Page } from "@playwright/test"
import { connectByVeth } from "../testing/links.ts"
import { createNamespace, type Namespace } from "../testing/namespace.ts"
import { type Product, type ProductOptions, startProduct } from "../testing/product.ts"
import { account, setUp } from "./set-up.ts"

/** Two hosts on one wire: Tundeck runs on the first; the second is for the story to fill. */
export interface Lab {
  product: Product
  here: Namespace
  there: Namespace
  /** Outer addresses. */
  addressHere: string
  addressThere: string
}

interface Fixtures {
  options: ProductOptions
  lab: Lab
  /** The page, signed in as the admin that the setup link made. */
  signedIn: Page
}

export const test = base.extend<Fixtures>({
  options: [{}, { option: true }],
  // Playwright wants the first argument destructured, also where nothing is taken from it.
  lab: async ({ options }, use) => {
    const here = await createNamespace("here")
    const there = await createNamespace("there")
    try {
      await connectByVeth(here, there, { v4: ["192.0.2.1/24", "192.0.2.2/24"] })
      await using product = await startProduct({ ...options, namespace: here })
      await use({ product, here, there, addressHere: "192.0.2.1", addressThere: "192.0.2.2" })
    } finally {
      await there.delete()
      await here.delete()
    }
  },
  signedIn: async ({ lab, page }, use) => {
    await setUp(page, lab.product.setupLink)
    await use(page)
  },
})

export async function signIn(page: Page, { name, password } = account): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name)
  await page.getByLabel("Password", { exact: true }).fill(password)
  await page.getByRole("button", { name: "Sign in" }).click()
}

/** By the rail, as one goes from page to page. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click()
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible()
}

/** The names of the tun and tap interfaces that the kernel has. */
export async function kernelInterfaces(host: Namespace): Promise<string[]> {
  const links = await host.ip("link", "show")
  return links.flatMap((link) => {
    const info = link.linkinfo
    const isTun = typeof info === "object" && info !== null && "info_kind" in info && info.info_kind === "tun"
    return isTun ? [String(link.ifname)] : []
  })
}

export { account, expect, setUp }
