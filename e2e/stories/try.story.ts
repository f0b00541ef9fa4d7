import { expect, test } from "../lab.ts"
import { makeInterface } from "../tunnel.ts"

test("a tunnel is tried: hosts behind it are asked, and a packet is made up, seen byte by byte, sent and found again", async ({
  lab,
  signedIn: page,
}) => {
  const { product } = lab
  await makeInterface(lab, "lab0")
  const responder = { name: "lab", interface: "lab0", transport: { kind: "responder" }, security: { kind: "none" } }
  expect((await product.api("POST", "/tunnels", { ...responder, autostart: true })).status).toBe(201)
  await page.goto(`${product.url}/tunnels/lab#try`)

  await test.step("ping, the way, and the path's MTU, to the address that is guessed", async () => {
    await expect(page.getByRole("textbox", { name: "Address" })).toHaveValue("10.77.0.2")
    await page.getByRole("button", { name: "Ping" }).click()
    await expect(page.getByText(/4 of 4 answered, round trip/)).toBeVisible()
    await expect(page.getByRole("table", { name: "Ping to 10.77.0.2" }).getByRole("row")).toHaveCount(5)
    await page.getByText("Traceroute").click()
    await page.getByRole("button", { name: "Trace" }).click()
    await expect(page.getByText("10.77.0.2 is reached.")).toBeVisible()
    await page.getByText("Path MTU").click()
    await page.getByRole("button", { name: "Measure" }).click()
    await expect(page.getByText("1,500 bytes get there and back: all that lab0 sends.")).toBeVisible()
  })

  await test.step("what is no address is said at the field, what does not lead through the tunnel by the kernel's routes", async () => {
    const address = page.getByRole("textbox", { name: "Address" })
    await address.fill("10.77.0")
    await page.getByRole("button", { name: "Measure" }).click()
    await expect(page.getByText(/Write an IP address such as/)).toBeVisible()
    await address.fill("192.0.2.2")
    await address.press("Enter")
    await expect(page.getByRole("alert")).toContainText("192.0.2.2 is reached over veth0, not over lab0")
  })

  const preview = page.getByRole("region", { name: "What will be sent" })
  await test.step("a packet: its bytes follow the fields, a fault stands at its field", async () => {
    await page.getByRole("combobox", { name: "What it is" }).selectOption("UDP")
    await expect(preview).toContainText("User Datagram Protocol")
    await page.getByRole("textbox", { name: "To port" }).fill("70000")
    await expect(preview).toContainText("Mend the fields")
    await expect(page.getByRole("button", { name: "Send" })).toBeDisabled()
    await page.getByRole("textbox", { name: "To port" }).fill("7")
    await page.getByRole("textbox", { name: "Data, in hex" }).fill("54 75 6e")
    await expect(preview).toContainText("54")
    await page.getByRole("button", { name: "Send" }).click()
    await expect(page.getByText("31 bytes out: sent")).toBeVisible()
  })

  await test.step("its row is marked, and the echo's is not", async () => {
    await page.getByRole("button", { name: "See it among the packets" }).click()
    const rows = page.getByRole("table", { name: "Packets of lab" }).getByRole("row")
    await expect(rows.filter({ hasText: "[Injected]" })).toHaveCount(1)
    await expect(rows.filter({ hasText: "40000 → 7" }).filter({ hasText: "[Injected]" })).toHaveCount(1)
    await expect(rows.filter({ hasText: "7 → 40000" })).toHaveCount(1)
  })
})

test("over Ethernet, who gets the frame is filled in once somebody told it, and asked for until then", async ({
  lab,
  signedIn: page,
}) => {
  const { product } = lab
  await makeInterface(lab, "lab0", { kind: "tap", mac: "02:00:00:00:00:01" })
  const responder = { name: "lab", interface: "lab0", transport: { kind: "responder" }, security: { kind: "none" } }
  expect((await product.api("POST", "/tunnels", { ...responder, autostart: true })).status).toBe(201)
  await page.goto(`${product.url}/tunnels/lab#try`)
  const destination = page.getByRole("textbox", { name: "To MAC" })
  await expect(page.getByRole("textbox", { name: "From MAC" })).toHaveAttribute("placeholder", "02:00:00:00:00:01")
  await expect(page.getByText("Not known: ping 10.77.0.2 once, or write it.")).toBeVisible()
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled()

  await page.getByRole("button", { name: "Ping" }).click()
  await expect(page.getByText(/4 of 4 answered/)).toBeVisible()
  await expect(destination).toHaveAttribute("placeholder", /^([0-9a-f]{2}:){5}/)
  await expect(page.getByText("10.77.0.2, as the kernel knows it")).toBeVisible()
  await expect(page.getByRole("region", { name: "What will be sent" })).toContainText("Ethernet")
  await page.getByRole("button", { name: "Send" }).click()
  await expect(page.getByText("98 bytes out: sent")).toBeVisible()

  await page.getByText("In, to the device").click()
  await expect(destination).toHaveAttribute("placeholder", "02:00:00:00:00:01")
  await page.getByRole("button", { name: "Send" }).click()
  await expect(page.getByText("98 bytes in: delivered")).toBeVisible()
})
