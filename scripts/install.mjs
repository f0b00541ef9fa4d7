// Brings node_modules up to the lockfile. Plain JavaScript: it runs on whatever Node the machine has.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..")
const stamp = join(root, "node_modules", ".tundeck-lock")
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex")

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.log("tundeck: installing its packages (once, about a minute) …")
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: "inherit" })
  if (npm.status !== 0) {
    console.error("tundeck: npm ci failed; see its message above. The package registry must be reachable once.")
    process.exit(npm.status ?? 1)
  }
  writeFileSync(stamp, wanted)
}
