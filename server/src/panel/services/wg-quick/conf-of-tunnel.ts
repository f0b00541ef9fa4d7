import { parseEndpoint, type TunnelConfig, type WgQuickConf, type WireguardConfig, writeWgQuick } from "@tundeck/shared"
import { publicKeyOf } from "../../../wireguard/keys.ts"

interface Exported {
  config: TunnelConfig
  security: WireguardConfig
  interface: { addresses: string[]; mtu: number; routes: unknown[] } | undefined
}

/** The text of a file of wg-quick(8). Secrets do not leave (R4): comments say where they belong. */
export function confTextOf({ config, security, interface: over }: Exported): string {
  const { transport } = config
  const conf: WgQuickConf = {
    privateKey: null,
    addresses: over?.addresses ?? [],
    dns: [],
    mtu: over?.mtu ?? null,
    table: "auto",
    listenPort: parseEndpoint(transport.listen ?? "")?.port ?? null,
    firewallMark: transport.firewallMark ?? null,
    peers: security.peers
      .filter(({ enabled }) => enabled)
      .map(({ name, publicKey, allowedIps, endpoint = null, keepaliveSeconds }) => {
        return { name, publicKey, presharedKey: null, allowedIps, endpoint, keepaliveSeconds }
      }),
  }
  const withPresharedKey = security.peers.filter(({ enabled, presharedKey }) => enabled && presharedKey !== undefined)
  const disabled = security.peers.filter(({ enabled }) => !enabled)
  return writeWgQuick(conf, [
    `Tunnel ${config.name}, public key ${publicKeyOf(security.privateKey)}`,
    ...(transport.kind === "udp" ? [] : [`It goes over ${transport.kind}, which only Tundeck speaks.`]),
    ...(withPresharedKey.length === 0
      ? []
      : [`A PresharedKey is still to be put in for: ${namesOf(withPresharedKey)}`]),
    ...(disabled.length === 0 ? [] : [`Left out, because not enabled: ${namesOf(disabled)}`]),
  ])
}

const namesOf = (peers: { name: string }[]) => peers.map(({ name }) => name).join(", ")
