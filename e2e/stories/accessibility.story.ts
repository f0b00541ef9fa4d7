import { AxeBuilder } from "@axe-core/playwright"
import type { Page } from "@playwright/test"
import { account, expect, type Lab, test } from "../lab.ts"
import { makeInterface, runTunnel } from "../tunnel.ts"

const pages = [
  "/",
  "/interfaces",
  "/interfaces/new",
  "/interfaces/lab0",
  "/interfaces/lab0/edit",
  "/tunnels",
  "/tunnels/new",
  "/tunnels/lab",
  "/tunnels/lab#packets",
  "/tunnels/lab#peers",
  "/tunnels/lab#faults",
  "/tunnels/lab#settings",
  "/tunnels/lab#log",
  "/tunnels/hub#peers",
  "/tunnels/hub#settings",
  "/packets",
  "/events",
  "/host",
  "/settings",
  "/sign-in",
  "/nowhere",
  "/tunnels/nowhere",
  "/interfaces/nowhere",
]
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } }

test("every page is for everyone: readable, named, and no wider than its window, light and dark, large and small", async ({
  lab,
  signedIn: page,
}) => {
  test.setTimeout(240_000)
  const { there, product } = lab
  await runTunnel(lab)
  await makeHub(lab)
  there.spawn("ping", ["-q", "-i", "0.5", "10.77.0.1"])
  const faults: string[] = []
  for (const path of pages) {
    await page.goto("about:blank") // a change of the hash alone loads nothing
    await page.goto(product.url + path)
    await expect(page.getByRole("heading").first()).toBeVisible()
    await expect(page.getByLabel(/^(Reading|Opening)/)).toHaveCount(0)
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
        await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme)
        const where = `${path} ${size} ${colorScheme}`
        if (process.env.TUNDECK_SHOTS) {
          const file = `${where.replaceAll(/[^a-z0-9]+/g, "-")}.png`
          await page.screenshot({ path: `${process.env.TUNDECK_SHOTS}/${file}`, fullPage: true })
        }
        for (const fault of await faultsOf(page)) faults.push(`${where}: ${fault}`)
      }
    }
  }
  expect(faults).toEqual([])
})

/** Does not run, and has faults: what the page shows of it is there all the same. */
async function makeHub(lab: Lab): Promise<void> {
  await makeInterface(lab, "hub0", { kind: "tap", addresses: ["10.78.0.1/24"] })
  const made = await lab.product.api("POST", "/tunnels", {
    name: "hub",
    interface: "hub0",
    transport: { kind: "udp", listen: "0.0.0.0:4000" },
    security: {
      kind: "none",
      peers: [
        { name: "first", address: lab.addressThere, allowedIps: ["10.80.0.0/16", "10.78.0.2/32"] },
        { name: "second", address: "192.0.2.77", enabled: false },
      ],
    },
    faults: { outbound: { lossPercent: 3 } },
  })
  if (made.status !== 201) throw new Error(`hub: ${JSON.stringify(made.body)}`)
}

async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical")
  const tooWide = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  )
  return [
    ...(tooWide > 0 ? [`${tooWide} px wider than the window`] : []),
    ...serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join("\n")}`,
    ),
  ]
}

test("the keyboard is enough: pages by g and a letter, the list of keys by ?, everything else by Tab", async ({
  lab,
  signedIn: page,
}) => {
  const title = (name: string) => page.getByRole("heading", { name, level: 1 })
  for (const [key, name] of [
    ["t", "Tunnels"],
    ["i", "Interfaces"],
    ["h", "Host"],
    ["o", "Overview"],
  ] as const) {
    await page.keyboard.press("g")
    await page.keyboard.press(key)
    await expect(title(name)).toBeVisible()
  }

  await page.keyboard.press("?")
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" })
  await expect(list).toContainText("Go to Tunnels")
  await page.keyboard.press("Escape")
  await expect(list).toBeHidden()

  await makeInterface(lab, "lab0")
  await page.keyboard.press("g")
  await page.keyboard.press("i")
  await expect(page.getByRole("link", { name: "lab0" })).toBeVisible()
  await page.keyboard.press("/")
  await expect(page.getByRole("textbox", { name: "Filter the interfaces" })).toBeFocused()
  await page.keyboard.type("g t")
  await expect(title("Interfaces")).toBeVisible()
  await expect(page.getByText("Nothing matches “g t”.")).toBeVisible()

  await page.reload()
  await expect(title("Interfaces")).toBeVisible()
  await page.keyboard.press("Tab")
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused()
  await page.getByRole("button", { name: `Account of ${account.name}` }).focus()
  await page.keyboard.press("Enter")
  await page.getByRole("menuitem", { name: "Settings" }).press("Enter")
  await expect(title("Settings")).toBeVisible()
})
