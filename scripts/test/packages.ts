// The programs that the tests use and Debian's package for each. As root on Debian what is missing is installed;
// elsewhere it is named.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

interface Need {
  package: string
  /** Any of these present: nothing to do. A name is looked for where programs are. */
  probes: readonly string[]
}

const needs: readonly Need[] = [
  { package: "ca-certificates", probes: ["/etc/ssl/certs/ca-certificates.crt"] },
  { package: "chromium", probes: ["chromium"] },
  { package: "debootstrap", probes: ["debootstrap"] },
  { package: "docker-compose", probes: ["docker-compose"] },
  { package: "docker.io", probes: ["dockerd"] },
  { package: "gcc", probes: ["cc"] },
  { package: "iperf3", probes: ["iperf3"] },
  { package: "iproute2", probes: ["ip"] },
  { package: "iputils-ping", probes: ["ping"] },
  { package: "libc6-dev", probes: ["/usr/include/stdio.h"] },
  { package: "nftables", probes: ["nft"] },
  { package: "procps", probes: ["sysctl"] },
  { package: "socat", probes: ["socat"] },
  { package: "strace", probes: ["strace"] },
  { package: "tar", probes: ["tar"] },
  { package: "tcpdump", probes: ["tcpdump"] },
  { package: "tshark", probes: ["tshark"] },
  { package: "uml-utilities", probes: ["tunctl"] },
  { package: "util-linux", probes: ["unshare"] },
  { package: "wireguard-go", probes: ["wireguard-go"] },
  { package: "wireguard-tools", probes: ["wg"] },
]

const programPaths = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"]

function isThere(probe: string): boolean {
  return probe.startsWith("/") ? existsSync(probe) : programPaths.some((path) => existsSync(join(path, probe)))
}

function missingPackages(): string[] {
  return needs.filter(({ probes }) => !probes.some(isThere)).map((need) => need.package)
}

/** Makes sure every program is there. False, with the missing packages named, when that is not possible. */
export function installPackages(): boolean {
  const missing = missingPackages()
  if (missing.length === 0) return true
  const isRoot = process.getuid?.() === 0
  if (isRoot && existsSync("/etc/debian_version")) {
    console.log(`npm test: installing ${missing.join(" ")} …`)
    if (apt("update") && apt("install", "--yes", "--no-install-recommends", ...missing)) {
      const still = missingPackages()
      if (still.length === 0) return true
      console.error(`npm test: installed, and yet missing: ${still.join(" ")}`)
      return false
    }
  }
  console.error(`npm test: these Debian packages (or their like) are missing: ${missing.join(" ")}`)
  console.error(`npm test: as root: apt-get install --no-install-recommends ${missing.join(" ")}`)
  return false
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const { status } = spawnSync("apt-get", ["--quiet", ...args], { env, stdio: ["ignore", "inherit", "inherit"] })
  return status === 0
}
