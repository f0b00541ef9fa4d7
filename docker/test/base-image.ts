// A base image made on the spot, for machines that cannot pull one: Debian's minbase from the mirror that apt uses, the
// Node that runs this test, and the machine's npm and certificates. The tarball is kept, keyed by all it is made from.
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { run } from "../../testing/process.ts"
import type { Docker } from "./daemon.ts"

const suite = "bookworm"
const cache = join(import.meta.dirname, "../../node_modules/.cache/tundeck")
const certificates = "/etc/ssl/certs/ca-certificates.crt"

/** Imports the base image under `tag`, making it first where the cache has none that fits. */
export async function importBaseImage(docker: Docker, tag: string): Promise<void> {
  const npm = await npmDirectory()
  const tarball = join(cache, `docker-base-${await keyOf(npm)}.tar`)
  if (!existsSync(tarball)) await make(tarball, npm)
  const changes = [`ENV NODE_EXTRA_CA_CERTS=${certificates}`, `ENV npm_config_registry=${await npmRegistry()}`]
  await docker("import", ...changes.flatMap((change) => ["--change", change]), tarball, tag)
}

async function make(tarball: string, npm: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  for (const old of await readdir(cache)) if (old.startsWith("docker-base-")) await rm(join(cache, old))
  const root = await mkdtemp(join(tmpdir(), "tundeck-base-"))
  try {
    const { mirror, proxy } = await aptSource()
    const env = proxy ? { ...process.env, http_proxy: proxy } : process.env
    // What the public image has beside minbase: certificates, and the library that Node's binary wants.
    const include = "--include=ca-certificates,libatomic1"
    const timeoutMs = 300_000
    await run("debootstrap", ["--variant=minbase", include, suite, root, mirror], { env, timeoutMs })
    for (const path of ["var/cache/apt", "var/lib/apt/lists", "var/log"]) {
      await rm(join(root, path), { recursive: true, force: true })
      await mkdir(join(root, path))
    }
    await cp(await realpath(process.execPath), join(root, "usr/local/bin/node"))
    await cp(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true })
    await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"))
    await cp(certificates, join(root, certificates))
    await chmod(root, 0o755) // it becomes "/", which every user passes
    await run("tar", ["--create", "--file", `${tarball}.unfinished`, "--directory", root, "."], { timeoutMs })
    await rename(`${tarball}.unfinished`, tarball)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function keyOf(npm: string): Promise<string> {
  const hash = createHash("sha256").update(process.version).update(process.arch)
  for (const file of [import.meta.filename, certificates, join(npm, "package.json")]) hash.update(await readFile(file))
  return hash.digest("hex").slice(0, 16)
}

/** The first Debian archive in apt's own sources, and apt's proxy. */
async function aptSource(): Promise<{ mirror: string; proxy: string }> {
  const format = "$(LABEL)|$(REPO_URI)"
  const { stdout } = await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"])
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("|"))
  const mirror = lines.find(([label]) => label === "Debian")?.[1] ?? lines[0]?.[1]
  if (!mirror) throw new Error("apt has no package source on this machine: run apt-get update")
  const proxy = await run("apt-config", ["shell", "proxy", "Acquire::http::Proxy"])
  return { mirror, proxy: /^proxy='(.*)'$/m.exec(proxy.stdout)?.[1] ?? "" }
}

async function npmDirectory(): Promise<string> {
  for (const path of (process.env.PATH ?? "").split(delimiter)) {
    const command = join(path, "npm")
    if (existsSync(command)) return dirname(dirname(await realpath(command)))
  }
  throw new Error("npm is not on the path")
}

async function npmRegistry(): Promise<string> {
  return (await run("npm", ["config", "get", "registry"])).stdout.trim()
}
