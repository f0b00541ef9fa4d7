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
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  })
  if (npm.status !== 0) {
    console.error("tundeck: npm ci failed; see its message above. The package registry must be reachable once.")
    process.exit(npm.status ?? 1)
  }
  makeNodeRun()
  writeFileSync(stamp, wanted)
}

/** The pinned Node wants one library that a bare Debian may lack. */
function makeNodeRun() {
  const runs = () => spawnSync(join(root, "node_modules", ".bin", "node"), ["--version"], { encoding: "utf8" })
  const first = runs()
  if (first.status === 0) return
  if (first.stderr?.includes("libatomic.so.1") && process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    console.log("tundeck: installing libatomic1, which its Node needs …")
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    const apt = (...args) =>
      spawnSync("apt-get", ["--quiet", ...args], { env, stdio: ["ignore", "inherit", "inherit"] })
    apt("update")
    apt("install", "--yes", "--no-install-recommends", "libatomic1")
    if (runs().status === 0) return
  }
  const reason = first.stderr || first.error?.message || `exit code ${first.status}`
  console.error(`tundeck: its Node does not run on this machine: ${reason.trim()}`)
  if (reason.includes("libatomic.so.1")) console.error("tundeck: as root: apt-get install libatomic1")
  process.exit(1)
}
