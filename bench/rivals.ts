// The tunnels that Debian brings, as their manuals set them up between two hosts.
import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Output, run } from "../testing/process.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { type Carrier, type Contender, deleteTun, inner, type Lab, outer, untilReachable } from "./lab.ts"

const sides = ["a", "b"] as const
const other = { a: "b", b: "a" } as const

async function address(lab: Lab, side: "a" | "b", mtu: number): Promise<void> {
  const name = lab[side].name
  await run("ip", ["-n", name, "address", "add", `${inner[side]}/24`, "dev", "tun0"])
  await run("ip", ["-n", name, "link", "set", "tun0", "mtu", `${mtu}`, "up"])
}

async function carrier(
  lab: Lab,
  processes: { pid: number; stop(): Promise<void> }[],
  tidy: () => Promise<void>,
): Promise<Carrier> {
  await untilReachable(lab, inner.a)
  return {
    address: inner.a,
    pids: processes.map(({ pid }) => pid),
    async stop() {
      for (const process of processes) await process.stop()
      for (const side of sides) await deleteTun(lab[side])
      await tidy()
    },
  }
}

async function secretFile(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  await chmod(path, 0o600)
  return path
}

const line = ({ stdout }: Output) => stdout.trim()

const wireguardGo: Contender = {
  name: "wireguard-go",
  what: "Debian's wireguard-go, ChaCha20-Poly1305 over UDP",
  programs: ["wireguard-go", "wg"],
  async start(lab) {
    const directory = await temporaryDirectory()
    const keys = { a: line(await run("wg", ["genkey"])), b: line(await run("wg", ["genkey"])) }
    const publicKey = async (key: string) => line(await run("wg", ["pubkey"], { input: key }))
    const processes = []
    for (const side of sides) {
      // Its socket directory is shared by all namespaces: the name of the interface is not.
      const interfaceName = `wg-${process.pid}-${side}`
      processes.push(lab[side].spawn("wireguard-go", ["-f", interfaceName], { logFile: join(directory.path, side) }))
      const peer = other[side]
      const file = await secretFile(
        directory.path,
        `${side}.conf`,
        `[Interface]\nPrivateKey = ${keys[side]}\nListenPort = 51820\n[Peer]\nPublicKey = ${await publicKey(keys[peer])}\n` +
          `Endpoint = ${outer[peer]}:51820\nAllowedIPs = ${inner[peer]}/32\n`,
      )
      await retry(() => lab[side].exec("wg", ["setconf", interfaceName, file]))
      await run("ip", ["-n", lab[side].name, "link", "set", interfaceName, "name", "tun0"])
      await address(lab, side, 1420)
    }
    return carrier(lab, processes, () => directory.remove())
  },
}

function openvpn(protocol: "udp" | "tcp"): Contender {
  return {
    name: `OpenVPN, ${protocol.toUpperCase()}`,
    what: `Debian's OpenVPN, AES-256-GCM over ${protocol.toUpperCase()}`,
    programs: ["openvpn", "openssl"],
    async start(lab) {
      const directory = await temporaryDirectory()
      const file = (name: string) => join(directory.path, name)
      const prints: Record<string, string> = {}
      for (const side of sides) {
        const pair = ["-keyout", file(`${side}.key`), "-out", file(`${side}.crt`), "-subj", `/CN=${side}`]
        const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]
        await run("openssl", ["req", "-x509", ...curve, "-nodes", "-sha256", "-days", "2", ...pair])
        const print = await run("openssl", ["x509", "-fingerprint", "-sha256", "-noout", "-in", file(`${side}.crt`)])
        prints[side] = line(print).split("=")[1] ?? ""
      }
      const processes = sides.map((side) => {
        const proto = protocol === "udp" ? "udp4" : side === "a" ? "tcp4-server" : "tcp4-client"
        const identity = ["--cert", file(`${side}.crt`), "--key", file(`${side}.key`)]
        const role = side === "a" ? ["--tls-server", "--dh", "none"] : ["--tls-client"]
        const peer = ["--peer-fingerprint", prints[other[side]] ?? ""]
        const ends = ["--ifconfig", inner[side], inner[other[side]]]
        const where = side === "b" ? ["--remote", outer.a] : []
        const device = ["--dev", "tun0", "--dev-type", "tun", "--data-ciphers", "AES-256-GCM", "--auth-nocache"]
        const args = [...device, "--proto", proto, ...role, ...identity, ...peer, ...ends, ...where]
        return lab[side].spawn("openvpn", args, { logFile: file(`${side}.log`) })
      })
      return carrier(lab, processes, () => directory.remove())
    },
  }
}

const fastd: Contender = {
  name: "fastd, null",
  what: "Debian's fastd with the null method, clear text over UDP",
  programs: ["fastd"],
  async start(lab) {
    const directory = await temporaryDirectory()
    const generate = async () => {
      const { stdout } = await run("fastd", ["--generate-key"])
      const key = (word: string) => new RegExp(`${word}: ([0-9a-f]{64})`).exec(stdout)?.[1] ?? ""
      return { secret: key("Secret"), public: key("Public") }
    }
    const keys = { a: await generate(), b: await generate() }
    const processes = []
    for (const side of sides) {
      const peer = other[side]
      const file = await secretFile(
        directory.path,
        `${side}.conf`,
        `bind ${outer[side]}:10000;\ninterface "tun0";\nmode tun;\nmethod "null";\nmtu 1426;\nsecret "${keys[side].secret}";\n` +
          `peer "peer" { key "${keys[peer].public}"; remote ${outer[peer]}:10000; }\n`,
      )
      processes.push(lab[side].spawn("fastd", ["--config", file], { logFile: join(directory.path, `${side}.log`) }))
      await retry(() => address(lab, side, 1426))
    }
    return carrier(lab, processes, () => directory.remove())
  },
}

/** The interface is there a moment after the program was started. */
async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

export const rivals: readonly Contender[] = [fastd, openvpn("udp"), openvpn("tcp"), wireguardGo]
