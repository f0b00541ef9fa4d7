import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { beforeAll, expect, test } from "vitest"

const root = join(import.meta.dirname, "..")
const dist = join(root, "web", "dist")

beforeAll(() => {
  const build = spawnSync(process.execPath, [join(root, "scripts", "build-web.mjs")], { encoding: "utf8" })
  expect(build.stderr).toBe("")
}, 120_000)

/** What the browser loads before it shows anything: the script of the page, and what that wants at once. */
function initialScripts(): string[] {
  const page = readFileSync(join(dist, "index.html"), "utf8")
  return [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].flatMap(([, file]) => file ?? [])
}

const textOf = (file: string) => readFileSync(join(dist, file), "utf8")

test("the initial script stays below 250 kB gzipped", () => {
  const sizes = initialScripts().map((file) => gzipSync(textOf(file)).byteLength)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000)
})

test.each([
  ["the QR encoder", "Data too long"],
  ["the words of fingerprints", "canoe canvas carbon"],
  ["the analysis of packets", "Two hosts use one address"],
  ["the fields of packets", "Explicit Congestion Notification"],
])("%s loads when it is wanted", (_what, words) => {
  expect(initialScripts().filter((file) => textOf(file).includes(words))).toEqual([])
})
