import type { WgQuickConf, WgQuickPeer } from "./conf.ts"

/** The text of a file that wg-quick(8) takes. `comments` stand first, and one says where a private key that is not given belongs. */
export function writeWgQuick(conf: WgQuickConf, comments: readonly string[] = []): string {
  const { privateKey, addresses, dns, mtu, table, listenPort, firewallMark, peers } = conf
  const head = [
    ...comments.map((comment) => `# ${comment}`),
    "[Interface]",
    privateKey === null ? "# PrivateKey = is not given out: put it here" : `PrivateKey = ${privateKey}`,
    ...line("Address", addresses.join(", ")),
    ...line("DNS", dns.join(", ")),
    ...line("MTU", mtu),
    ...line("Table", table === "auto" ? null : table),
    ...line("ListenPort", listenPort),
    ...line("FwMark", firewallMark === null ? null : `0x${firewallMark.toString(16)}`),
  ]
  return `${[head, ...peers.map(peerLines)].map((section) => section.join("\n")).join("\n\n")}\n`
}

function peerLines({ name, publicKey, presharedKey, allowedIps, endpoint, keepaliveSeconds }: WgQuickPeer): string[] {
  return [
    "[Peer]",
    ...(name === null ? [] : [`# Name = ${name}`]),
    `PublicKey = ${publicKey}`,
    ...line("PresharedKey", presharedKey),
    ...line("AllowedIPs", allowedIps.join(", ")),
    ...line("Endpoint", endpoint),
    ...line("PersistentKeepalive", keepaliveSeconds || null),
  ]
}

const line = (name: string, value: string | number | null): string[] =>
  value === null || value === "" ? [] : [`${name} = ${value}`]
