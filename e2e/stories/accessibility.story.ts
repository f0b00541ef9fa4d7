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
  "/tunnels/lab#try",
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
const encrypted = [
  "/tunnels/new?from=code",
  "/tunnels/new?from=file",
  "/tunnels/keyed",
  "/tunnels/keyed#peers",
  "/tunnels/keyed?add=tundeck#peers",
  "/tunnels/keyed?add=key#peers",
  "/tunnels/keyed#settings",
  "/tunnels/empty#peers",
  "/invite#token=none",
]
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } }

test("every page is for everyone: readable, named, and no wider than its window, light and dark, large and small", async ({
  lab,
  signedIn: page,
}) => {
  test.setTimeout(600_000)
  await runTunnel(lab)
  await makeHub(lab)
  lab.there.spawn("ping", ["-q", "-i", "0.5", "10.77.0.1"])
  expect(await faultsOn(page, lab.product.url, pages)).toEqual([])
})

test("so are captures, with files on the host, and the time line that leads to them", async ({
  lab,
  signedIn: page,
}) => {
  await runTunnel(lab)
  await lab.product.api("PATCH", "/tunnels/lab", { capture: { saveOn: ["drop", "down"] } })
  await lab.product.api("POST", "/tunnels/lab/captures", { filter: "not arp" })
  expect(await faultsOn(page, lab.product.url, ["/tunnels/lab?filter=icmp#capture", "/events"])).toEqual([])
})

test("so is a packet that is opened, with a byte chosen, and the search among the rows", async ({
  lab,
  signedIn: page,
}) => {
  await runTunnel(lab)
  await page.goto(`${lab.product.url}/tunnels/lab#packets`)
  lab.there.spawn("ping", ["-q", "-c", "5", "-i", "0.5", "10.77.0.1"]) // no more rows than are in sight
  lab.here.spawn("socat", ["-u", "OPEN:/dev/null", "TCP:10.77.0.9:443,connect-timeout=10"])
  const marked = page.getByRole("row").filter({ hasText: "[TCP Retransmission]" }).first()
  await expect(marked).toBeVisible()
  await page.keyboard.press("Space")
  await marked.click()
  await page.getByRole("grid", { name: "Bytes" }).locator("td[data-byte='16']").click()
  const faults = await faultsIn(page, "an opened packet")
  await page.keyboard.press("Escape")
  await page.keyboard.press("s")
  await page.getByRole("textbox", { name: "Find in the rows" }).fill("nowhere")
  await page.keyboard.press("Enter")
  expect([...faults, ...(await faultsIn(page, "the search"))]).toEqual([])
})

test("so are the pages and dialogs of keys, invites and files", async ({ lab, signedIn: page }) => {
  test.setTimeout(600_000)
  await makeKeyed(lab)
  expect(await faultsOn(page, lab.product.url, encrypted)).toEqual([])
})

test("and what is shown once: the code, the picture, the words that ask before a key is changed", async ({
  lab,
  signedIn: page,
}) => {
  test.setTimeout(600_000)
  await makeKeyed(lab)
  const dialog = page.getByRole("dialog")
  await page.goto(`${lab.product.url}/tunnels/keyed?add=app#peers`)
  await dialog.getByRole("textbox", { name: "Where it reaches this host" }).fill(`${lab.addressHere}:51820`)
  await dialog.getByRole("button", { name: "Make the invite" }).click()
  await expect(dialog.getByRole("img", { name: /^QR code/ })).toBeVisible()
  const faults = await faultsIn(page, "the picture")
  await dialog.getByRole("tab", { name: "Another Tundeck" }).click()
  faults.push(...(await faultsIn(page, "the code")))
  for (const name of ["Retire the old key", "Export", "Change office", "Revoke the invite of phone"]) {
    await page.goto("about:blank")
    await page.goto(`${lab.product.url}/tunnels/keyed#peers`)
    await page.getByRole("button", { name }).first().click()
    await expect(dialog).toBeVisible()
    faults.push(...(await faultsIn(page, name)))
  }
  await page.goto(`${lab.product.url}/tunnels/empty#peers`)
  await page.getByRole("button", { name: "Rotate the key" }).click()
  await expect(dialog).toBeVisible()
  faults.push(...(await faultsIn(page, "rotation")))
  await page.goto(`${lab.product.url}/tunnels/new?from=file`)
  await page.getByRole("textbox", { name: "File" }).fill("[Interface]\nPostUp = true\n[Peer]\nPublicKey = abc\n")
  await expect(page.getByRole("list", { name: "Lines that are not right" })).toContainText("Line 4")
  faults.push(...(await faultsIn(page, "wrong lines")))
  expect(faults).toEqual([])
})

test("and the drawer that shows what was asked of the kernel", async ({ lab, signedIn: page }) => {
  await makeInterface(lab, "lab0")
  await page.goto(`${lab.product.url}/interfaces/lab0`)
  await page.getByRole("button", { name: "System calls", exact: true }).click()
  await page.getByRole("dialog").getByText("RTM_NEWADDR").click()
  await expect(page.getByRole("tree")).toBeVisible()
  expect(await faultsIn(page, "system calls")).toEqual([])
})

test("and packets taken together, with drops and what looks wrong", async ({ lab, signedIn: page }) => {
  await runTunnel(lab)
  lab.here.spawn("ping", ["-q", "-i", "0.2", "10.77.0.9"])
  lab.there.spawn("ping", ["-q", "-i", "0.2", "-I", "192.0.2.2", "10.77.0.1"])
  await page.goto(`${lab.product.url}/packets`)
  const faults: string[] = []
  for (const name of ["conversations", "talkers", "protocols", "drops", "expert"]) {
    await page.setViewportSize(sizes.phone)
    await page.getByRole("combobox", { name: "View" }).selectOption(name)
    await expect(page.getByRole("main").getByRole("listitem").first()).toContainText(/./)
    faults.push(...(await faultsIn(page, name)))
  }
  expect(faults).toEqual([])
})

async function faultsOn(page: Page, url: string, paths: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  for (const path of paths) {
    await page.goto("about:blank") // a change of the hash alone loads nothing
    await page.goto(url + path)
    await expect(page.getByRole("heading").first()).toBeVisible()
    await expect(page.getByLabel(/^(Reading|Opening)/)).toHaveCount(0)
    faults.push(...(await faultsIn(page, path)))
  }
  return faults
}

/** Of what the page shows now, in both sizes and schemes. */
async function faultsIn(page: Page, what: string): Promise<string[]> {
  const faults: string[] = []
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme)
      const where = `${what} ${size} ${colorScheme}`
      if (process.env.TUNDECK_SHOTS) {
        const file = `${where.replaceAll(/[^a-z0-9]+/g, "-")}.png`
        await page.screenshot({ path: `${process.env.TUNDECK_SHOTS}/${file}`, fullPage: true })
      }
      for (const fault of await faultsOf(page)) faults.push(`${where}: ${fault}`)
    }
  }
  return faults
}

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

/** Two encrypted tunnels that do not run: one with a rotated key, every kind of peer and an open invite, and one with nobody. */
async function makeKeyed(lab: Lab): Promise<void> {
  const publicKey = (name: string) => Buffer.alloc(32, `public key of ${name}`).toString("base64")
  const post = async (path: string, body: object) => {
    const made = await lab.product.api("POST", path, body)
    if (made.status >= 300) throw new Error(`${path}: ${JSON.stringify(made.body)}`)
  }
  for (const name of ["keyed", "empty"]) {
    await makeInterface(lab, `${name}0`, { addresses: [name === "keyed" ? "10.81.0.1/24" : "10.82.0.1/24"] })
  }
  const peers = [
    { name: "office", endpoint: `${lab.addressThere}:51820`, presharedKey: publicKey("nobody") },
    { name: "laptop", enabled: false },
    { name: "guest", expiresAt: Date.now() - 1000 },
  ].map((peer, i) => ({ ...peer, publicKey: publicKey(peer.name), allowedIps: [`10.81.0.${i + 2}/32`] }))
  const transport = { kind: "udp", listen: "0.0.0.0:51820", fallback: true }
  await post("/tunnels", { name: "keyed", interface: "keyed0", transport, security: { kind: "wireguard", peers } })
  await post("/tunnels", { name: "empty", interface: "empty0", transport: { kind: "tcp" } })
  await post("/tunnels/keyed/keys/rotate", {})
  const endpoint = `${lab.addressHere}:51820`
  await post("/tunnels/keyed/invites", { name: "phone", allowedIps: ["10.81.0.9/32"], endpoint })
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
  /** The second key is waited for about a second, so it does not wait for the first one's end. */
  const press = (...keys: string[]) => Promise.all(keys.map((key) => page.keyboard.press(key)))
  for (const [key, name] of [
    ["t", "Tunnels"],
    ["i", "Interfaces"],
    ["h", "Host"],
    ["o", "Overview"],
  ] as const) {
    await press("g", key)
    await expect(title(name)).toBeVisible()
  }

  await page.keyboard.press("?")
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" })
  await expect(list).toContainText("Go to Tunnels")
  await page.keyboard.press("Escape")
  await expect(list).toBeHidden()

  await makeInterface(lab, "lab0")
  await press("g", "i")
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
