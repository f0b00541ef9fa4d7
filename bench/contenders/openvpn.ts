import { join } from "node:path"
import { run } from "../../testing/process.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { type Contender, inner, other, outer, reachable, type Side, sides } from "../lab.ts"
import { line } from "./host.ts"

/** A key and certificate of its own for each side; answers their fingerprints. */
async function certificates(directory: string): Promise<Record<Side, string>> {
  const make = async (side: Side) => {
    const [key, certificate] = [join(directory, `${side}.key`), join(directory, `${side}.crt`)]
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]
    const pair = ["-keyout", key, "-out", certificate, "-subj", `/CN=${side}`]
    await run("openssl", ["req", "-x509", ...curve, "-nodes", "-sha256", "-days", "2", ...pair])
    const print = await run("openssl", ["x509", "-fingerprint", "-sha256", "-noout", "-in", certificate])
    return line(print).split("=")[1] ?? ""
  }
  return { a: await make("a"), b: await make("b") }
}

function openvpn(protocol: "udp" | "tcp"): Contender {
  const protocolOf = (side: Side) => (protocol === "udp" ? "udp4" : side === "a" ? "tcp4-server" : "tcp4-client")
  return {
    id: `openvpn-${protocol}`,
    name: `OpenVPN, ${protocol.toUpperCase()}`,
    what: `Debian's OpenVPN, AES-256-GCM over ${protocol.toUpperCase()}`,
    programs: ["openvpn", "openssl"],
    async start(lab) {
      const directory = await temporaryDirectory()
      const file = (name: string) => join(directory.path, name)
      const prints = await certificates(directory.path)
      const processes = sides.map((side) => {
        const args = [
          ["--dev", "tun0", "--dev-type", "tun", "--ifconfig", inner[side], inner[other[side]]],
          ["--proto", protocolOf(side), ...(side === "b" ? ["--remote", outer.a] : [])],
          side === "a" ? ["--tls-server", "--dh", "none"] : ["--tls-client"],
          ["--cert", file(`${side}.crt`), "--key", file(`${side}.key`), "--peer-fingerprint", prints[other[side]]],
          ["--data-ciphers", "AES-256-GCM", "--auth-nocache"],
        ]
        return lab[side].spawn("openvpn", args.flat(), { logFile: file(`${side}.log`) })
      })
      return reachable(lab, processes, () => directory.remove())
    },
  }
}

export const openvpnUdp = openvpn("udp")
export const openvpnTcp = openvpn("tcp")
