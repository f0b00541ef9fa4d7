import type { Page } from "@playwright/test"
import { expect, test } from "../lab.ts"
import { runTunnel } from "../tunnel.ts"

/** The kernel's own router solicitations would stand between. */
const withoutIpv6 = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"

test("a row opens to its fields and bytes; its flow is followed; text is found; columns are chosen", async ({
  lab,
  signedIn: page,
}) => {
  const { here, there, product } = lab
  for (const host of [here, there]) await host.exec("sh", ["-c", withoutIpv6], { mayFail: true })
  await runTunnel(lab)
  await page.goto(`${product.url}/packets`)
  await expect(page.getByText("No packet yet")).toBeVisible()
  const ping = there.spawn("ping", ["-q", "-i", "0.2", "10.77.0.1"])
  const status = page.getByRole("main").getByText(/^(live|paused.*)$/)
  const detail = page.getByRole("region", { name: /^Packet [\d,]+$/ })
  const tree = detail.getByRole("tree", { name: "Fields" })
  const bytes = detail.getByRole("grid", { name: "Bytes" })
  const lit = bytes.locator("td[data-lit][data-byte]")
  const chosen = rows(page).and(page.locator("[aria-current]"))
  await expect(rows(page).filter({ hasText: "reply" }).nth(1)).toBeVisible()

  await test.step("a click opens it, and the table stands still from when it is pressed", async () => {
    const request = rows(page).filter({ hasText: "request" }).last()
    await request.dispatchEvent("pointerdown")
    await expect(status).toHaveText(/^paused · [1-9]/)
    await request.click()
    await expect(tree.getByRole("treeitem").filter({ hasText: "Internet Protocol" }).first()).toBeVisible()
    await expect(bytes.getByRole("rowheader").first()).toHaveText("0000")
    await expect(chosen).toHaveCount(1)
  })

  await test.step("a field lights its bytes, and a byte its field", async () => {
    await tree
      .getByRole("treeitem")
      .filter({ hasText: /^.?Destination Address/ })
      .hover()
    await expect(lit).toHaveText(["0a", "4d", "00", "01"])
    await bytes.locator("td[data-byte='12']").hover()
    await expect(tree.locator("[data-lit]")).toHaveText(/Source Address.*10\.77\.0\.2/)
    await expect(lit).toHaveText(["0a", "4d", "00", "02"])
    await expect(detail.getByText(/› Source Address · bytes 12–15 \(4\)/)).toBeVisible()
  })

  await test.step("by keyboard: through the bytes, and through the fields", async () => {
    await bytes.focus()
    await page.mouse.move(0, 0)
    await page.keyboard.press("End")
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowDown")
    await expect(tree.getByRole("treeitem", { selected: true })).toHaveText(/Destination Address/)
    await tree.focus()
    await page.keyboard.press("ArrowUp")
    await expect(tree.getByRole("treeitem", { selected: true })).toHaveText(/Source Address/)
    await expect(lit).toHaveText(["0a", "4d", "00", "02"])
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowLeft")
    await expect(tree.getByRole("treeitem", { selected: true })).toHaveAttribute("aria-expanded", "false")
  })

  await test.step("arrow keys go from row to row, Escape closes, Enter opens", async () => {
    const title = detail.getByRole("heading")
    const first = await title.innerText()
    await page.keyboard.press("Escape")
    await expect(detail).toBeHidden()
    await page.keyboard.press("Enter")
    await expect(title).toHaveText(first)
    await page.keyboard.press("ArrowUp")
    await expect(title).not.toHaveText(first)
    await expect(tree).toBeVisible()
    await page.keyboard.press("ArrowDown")
    await expect(title).toHaveText(first)
  })

  await test.step("a segment that is sent again is marked", async () => {
    await ping.stop() // or its rows would push that one out of sight
    await page.keyboard.press("Escape")
    await page.keyboard.press("End")
    await expect(status).toHaveText("live")
    here.spawn("socat", ["-u", "OPEN:/dev/null", "TCP:10.77.0.9:443,connect-timeout=10"])
    const again = rows(page).filter({ hasText: "[TCP Retransmission]" }).last()
    await expect(again).toContainText("[SYN] seq=0")
    await page.keyboard.press("Space")
    await expect(status).toHaveText(/^paused/)
    await again.click()
    await expect(chosen).toContainText("[TCP Retransmission]")
  })

  await test.step("its flow is followed by a key: the filter finds this flow alone", async () => {
    await page.keyboard.press("f")
    await expect(page.getByRole("combobox", { name: "Filter" })).toHaveValue(
      /^host 10\.77\.0\.1 and host 10\.77\.0\.9 and tcp port \d+ and tcp port 443$/,
    )
    await expect(rows(page).filter({ hasText: "ICMP" })).toHaveCount(0)
    await expect(rows(page).filter({ hasText: "→ 443" }).first()).toBeVisible()
    await expect(chosen).toContainText("[TCP Retransmission]")
    await page.getByRole("button", { name: "Clear the filter" }).click()
    await expect(rows(page).filter({ hasText: "ICMP" }).first()).toBeVisible()
  })

  await test.step("a text is found in the rows that are shown, forwards and backwards", async () => {
    await page.getByRole("table", { name: "Packets of lab" }).getByRole("rowgroup").last().focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("s")
    const find = page.getByRole("textbox", { name: "Find in the rows" })
    await expect(find).toBeFocused()
    await find.fill("retransmission")
    await page.keyboard.press("Enter")
    await expect(chosen).toContainText("[TCP Retransmission]")
    const found = await chosen.innerText()
    await find.fill("ECHO (ping) REPLY")
    await page.keyboard.press("Enter")
    await expect(chosen).toContainText("reply")
    await page.keyboard.press("Shift+Enter")
    await find.fill("retransmission")
    await page.keyboard.press("Shift+Enter")
    await expect(chosen).toContainText("[TCP Retransmission]")
    expect(found).toContain("443")
    await find.fill("no such words")
    await page.keyboard.press("Enter")
    await expect(page.getByText("No row that is shown has it.")).toBeVisible()
    await page.keyboard.press("Escape")
    await expect(find).toBeHidden()
  })

  await test.step("columns are chosen, and the browser keeps them", async () => {
    const headers = page.getByRole("table", { name: "Packets of lab" }).getByRole("columnheader")
    await page.getByRole("button", { name: "Columns" }).click()
    await page.getByRole("menuitemcheckbox", { name: "No." }).click()
    await page.getByRole("menuitemcheckbox", { name: "Source" }).click()
    const names = ["No.", "Time", "Way", "Bytes", "Destination", "Protocol", "Info", "Verdict"]
    await expect(headers).toHaveText(names)
    await page.reload()
    await expect(headers).toHaveText(names)
  })
})

function rows(page: Page) {
  return page
    .getByRole("table", { name: "Packets of lab" })
    .getByRole("row")
    .filter({ has: page.getByRole("cell") })
}
