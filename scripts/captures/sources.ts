// The captures that Debian's source packages bring for their own tests.
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Small first: 2 MB, 47 MB and 127 MB to fetch. */
export const sourcePackages = ["tcpdump", "wireshark", "ndpi"] as const
export type SourcePackage = (typeof sourcePackages)[number]

const endings = [".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz"]
const sourceList = "/etc/apt/sources.list"
const sourceParts = "/etc/apt/sources.list.d"

/**
 * Files of captures, fetched by apt unless `directory` has them from before. Throws, in words, where that cannot be done.
 * @returns paths below `directory`, sorted
 */
export function captureFiles(directory: string, name: SourcePackage): string[] {
  const unpacked = join(directory, name)
  if (!existsSync(unpacked)) fetchOrExplain(directory, name, unpacked)
  return globSync(`${unpacked}/**/*.{pcap,pcapng,cap,gz}`).sort()
}

function fetchOrExplain(directory: string, name: SourcePackage, unpacked: string): void {
  try {
    fetch(directory, name, unpacked)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `the captures of ${name} cannot be fetched (${reason}); from its sources they may be put into ${unpacked}`,
    )
  }
}

function fetch(directory: string, name: SourcePackage, unpacked: string): void {
  const apt = join(directory, "apt")
  for (const part of ["parts", "lists/partial", "archives/partial"]) mkdirSync(join(apt, part), { recursive: true })
  writeSources(join(apt, "parts"))
  const options = [
    ...["-o", "Dir::Etc::SourceList=/dev/null", "-o", `Dir::Etc::SourceParts=${apt}/parts`],
    ...["-o", `Dir::State::Lists=${apt}/lists`, "-o", `Dir::Cache=${apt}`, "-o", "APT::Sandbox::User=root"],
  ]
  must("apt-get", ["--quiet", ...options, "update"], apt)
  must("apt-get", ["--quiet", ...options, "--download-only", "--tar-only", "source", name], apt)
  const archive = readdirSync(apt).find((file) => file.startsWith(`${name}_`) && file.includes(".orig.tar"))
  if (archive === undefined) throw new Error(`apt-get source ${name} brought no source archive`)
  const half = `${unpacked}.part`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half)
  const found = listed(join(apt, archive)).filter((path) => endings.some((ending) => path.endsWith(ending)))
  writeFileSync(join(apt, "wanted"), found.join("\n"))
  must("tar", ["--extract", "--file", join(apt, archive), "--files-from", join(apt, "wanted")], half)
  for (const file of readdirSync(apt).filter((one) => one.startsWith(`${name}_`))) rmSync(join(apt, file))
  renameSync(half, unpacked)
}

function listed(archive: string): string[] {
  const { status, stdout } = spawnSync("tar", ["--list", "--file", archive], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`tar cannot read ${archive}`)
  return stdout.split("\n")
}

/** Where this machine has Debian's packages from; there are their sources, too. In both of apt's ways to write it. */
function writeSources(directory: string): void {
  const names = existsSync(sourceParts) ? readdirSync(sourceParts).sort() : []
  const readAll = (paths: string[]) =>
    paths.filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8"))
  const parts = (end: string) => names.filter((name) => name.endsWith(end)).map((name) => join(sourceParts, name))
  const stanzas = readAll(parts(".sources"))
    .flatMap((text) => text.split(/\n\s*\n/))
    .filter((stanza) => /^Types:.*\bdeb\b/m.test(stanza) && isDebian(stanza))
    .map((stanza) => stanza.replace(/^Types:.*$/m, "Types: deb-src"))
  const lines = readAll([sourceList, ...parts(".list")])
    .flatMap((text) => text.split("\n"))
    .filter((line) => /^deb\s/.test(line) && isDebian(line))
    .map((line) => line.replace(/^deb/, "deb-src"))
  writeFileSync(join(directory, "machine.sources"), `${stanzas.join("\n\n")}\n`)
  writeFileSync(join(directory, "machine.list"), `${lines.join("\n")}\n`)
}

function isDebian(source: string): boolean {
  return /debian/.test(source) && /\bmain\b/.test(source)
}

function must(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr.trim()}`)
}
