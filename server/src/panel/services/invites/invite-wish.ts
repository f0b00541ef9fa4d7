import {
  type FieldError,
  type InterfaceView,
  type InviteCreate,
  ipFamily,
  networkOf,
  Problem,
  parseEndpoint,
  parsePrefix,
  prefixContains,
  type TunnelConfig,
  type WireguardConfig,
  writeWgQuick,
} from "@tundeck/shared"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "../../../wireguard/keys.ts"
import type { Invitation } from "./invitation.ts"

/** What the invite stands on. */
export interface InviteGround {
  config: TunnelConfig
  security: WireguardConfig
  over: Pick<InterfaceView, "kind" | "addresses" | "mtu">
  /** The host name that the request came to; it may be where the tunnel is reached, too. */
  reachedAs: string
  now: number
}

export interface PreparedInvite {
  invitation: Invitation
  /** As it is added here. */
  peer: { name: string; publicKey: string; presharedKey?: string; allowedIps: string[]; expiresAt: number }
}

/** Keys, addresses and endpoint of the new peer. Throws Problem validation-failed for what is still to be said. */
export function prepareInvite(wish: InviteCreate, ground: InviteGround): PreparedInvite {
  const { config, security, over, now } = ground
  const errors: FieldError[] = []
  const addresses = wish.addresses ?? addressesOf(wish.allowedIps, over.addresses)
  if (addresses.length === 0) {
    errors.push({ path: "addresses", message: "None of allowedIps is a single address: say which the peer has." })
  }
  const routes = wish.routes ?? over.addresses.flatMap((address) => networkOfText(address) ?? [])
  if (routes.length === 0) {
    errors.push({
      path: "routes",
      message: `${config.interface} has no address: say what the peer reaches through it.`,
    })
  }
  const endpoint = wish.endpoint ?? endpointOf(config, ground.reachedAs)
  if (endpoint === undefined) errors.push({ path: "endpoint", message: endpointWords(config) })
  if (wish.form === "conf" && (config.transport.kind !== "udp" || over.kind !== "tun")) {
    const why = over.kind === "tap" ? "Ethernet frames" : config.transport.kind
    errors.push({ path: "form", message: `Only another Tundeck can connect here: no other app speaks ${why}.` })
  }
  errors.push(...takenNetworks(wish.allowedIps, security))
  const { kind, fallback } = config.transport
  if (endpoint === undefined || kind === "responder" || errors.length > 0)
    throw new Problem("validation-failed", undefined, errors)

  const privateKey = newPrivateKey()
  const presharedKey = wish.withPresharedKey ? newPresharedKey() : null
  const expiresAt = now + wish.expiresInSeconds * 1000
  const conf = writeWgQuick({
    privateKey,
    addresses,
    dns: wish.dns,
    mtu: over.mtu,
    table: "auto",
    listenPort: null,
    firewallMark: null,
    peers: [
      {
        name: config.name,
        publicKey: publicKeyOf(security.privateKey),
        presharedKey,
        allowedIps: [...new Set(routes)],
        endpoint,
        keepaliveSeconds: wish.keepaliveSeconds,
      },
    ],
  })
  return {
    invitation: {
      version: 1,
      tunnel: config.name,
      interfaceKind: over.kind,
      transport: { kind, ...(fallback !== undefined && { fallback }) },
      expiresAt,
      conf,
    },
    peer: {
      name: wish.name,
      publicKey: publicKeyOf(privateKey),
      ...(presharedKey !== null && { presharedKey }),
      allowedIps: wish.allowedIps,
      expiresAt,
    },
  }
}

/** The single addresses, each with the length of the network of ours that it is in. */
function addressesOf(allowedIps: readonly string[], ours: readonly string[]): string[] {
  const networks = ours.flatMap((address) => parsePrefix(networkOfText(address) ?? "") ?? [])
  return allowedIps.flatMap((text) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined || prefix.length !== (prefix.family === 4 ? 32 : 128)) return []
    const home = networks.find((network) => prefixContains(network, prefix.address))
    return [`${prefix.address}/${home?.length ?? prefix.length}`]
  })
}

function networkOfText(address: string): string | undefined {
  const prefix = parsePrefix(address)
  return prefix && networkOf(prefix)
}

const ofNoUse = /^(localhost|127\..*|::1|0\.0\.0\.0|::)$/

function endpointOf({ transport }: TunnelConfig, reachedAs: string): string | undefined {
  const listen = parseEndpoint(transport.listen ?? "")
  if (listen === undefined) return undefined
  const host = ofNoUse.test(listen.host) ? reachedAs.replaceAll(/[[\]]/g, "") : listen.host
  if (ofNoUse.test(host)) return undefined
  return ipFamily(host) === 6 ? `[${host}]:${listen.port}` : `${host}:${listen.port}`
}

function endpointWords({ transport }: TunnelConfig): string {
  return transport.listen === undefined
    ? "The tunnel listens on any free port: give it a port of its own (transport.listen), or say here where it is reached."
    : "Say where the peer reaches this tunnel, such as vpn.example.org:51820: it is not known here."
}

/** A network that moved to somebody who may never come would be lost. */
function takenNetworks(allowedIps: readonly string[], { peers }: WireguardConfig): FieldError[] {
  return allowedIps.flatMap((network, i) => {
    const owner = peers.find((peer) => peer.allowedIps.includes(network))
    return owner === undefined ? [] : [{ path: `allowedIps.${i}`, message: `${network} is ${owner.name}'s already.` }]
  })
}
