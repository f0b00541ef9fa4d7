// Run once by compose.yaml: what each peer shall have, with keys that are made here and now. What exists already stays.
import { generateKeyPairSync } from "node:crypto"
import { existsSync, writeFileSync } from "node:fs"

const port = 51_820
const peers = {
  "peer-a": { outside: "172.28.77.2", inside: ["10.77.0.1/24", "fd77::1/64"] },
  "peer-b": { outside: "172.28.77.3", inside: ["10.77.0.2/24", "fd77::2/64"] },
}

/** A pair of WireGuard keys, each 32 bytes in base64. */
function newKeys() {
  const { d, x } = generateKeyPairSync("x25519").privateKey.export({ format: "jwk" })
  const base64 = (text) => Buffer.from(text, "base64url").toString("base64")
  return { privateKey: base64(d), publicKey: base64(x) }
}

function declarationOf(own, keys, other, otherKeys) {
  const hosts = peers[other].inside.map((address) => address.replace("/24", "/32").replace("/64", "/128"))
  const endpoint = `${peers[other].outside}:${port}`
  return {
    interfaces: [{ name: "tun0", kind: "tun", addresses: peers[own].inside, mtu: 1420 }],
    tunnels: [
      {
        name: `to-${other}`,
        interface: "tun0",
        transport: { kind: "udp", listen: `0.0.0.0:${port}` },
        security: {
          kind: "wireguard",
          privateKey: keys.privateKey,
          peers: [{ name: other, publicKey: otherKeys.publicKey, allowedIps: hosts, endpoint }],
        },
        autostart: true,
      },
    ],
  }
}

/** Each in a volume of its own: neither peer has the other's private key. */
const fileOf = (peer) => `/declared/${peer}/${peer}.json`
const [a, b] = ["peer-a", "peer-b"]
if (!existsSync(fileOf(a)) || !existsSync(fileOf(b))) {
  const [keysA, keysB] = [newKeys(), newKeys()]
  writeFileSync(fileOf(a), `${JSON.stringify(declarationOf(a, keysA, b, keysB), null, 2)}\n`)
  writeFileSync(fileOf(b), `${JSON.stringify(declarationOf(b, keysB, a, keysA), null, 2)}\n`)
}
