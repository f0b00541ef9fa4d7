// Builds the page when its sources changed since the last build. Plain JavaScript: it runs on whatever Node the machine has.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const stamp = join(root, "web", "dist", ".inputs")
const page = join(root, "web", "dist", "index.html")

// The page is made of its own folder, the contracts that it imports, and the packages of the lockfile.
const inputs = ["web", "shared", "package-lock.json", "tsconfig.base.json"]
const skipped = new Set(["node_modules", "dist"])

function* filesBelow(path) {
  const entries = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (skipped.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
    if (entry.isDirectory()) yield* filesBelow(join(path, entry.name))
    else if (entry.isFile()) yield join(path, entry.name)
  }
}

function hashOfInputs() {
  const hash = createHash("sha256")
  for (const input of inputs) {
    for (const file of input.includes(".") ? [input] : filesBelow(input)) {
      const bytes = readFileSync(join(root, file))
      hash.update(`${file}\0${bytes.length}\0`).update(bytes)
    }
  }
  return hash.digest("hex")
}

const wanted = hashOfInputs()
const isBuilt = existsSync(page) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted
if (!isBuilt) {
  console.log("tundeck: building its page (some seconds) …")
  rmSync(stamp, { force: true }) // a build that is broken off counts as none
  const node = join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node")
  const vite = join(root, "node_modules", "vite", "bin", "vite.js")
  const build = spawnSync(existsSync(node) ? node : process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: join(root, "web"),
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production" }, // whatever it is where this is started from
  })
  if (build.status !== 0) {
    console.error("tundeck: the page could not be built; see the message above.")
    process.exit(build.status ?? 1)
  }
  writeFileSync(stamp, wanted)
}
