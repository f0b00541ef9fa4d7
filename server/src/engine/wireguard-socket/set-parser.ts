import { errno } from "@tundeck/native-bindings"
import { formatEndpoint, ipFamily, mostPeers, networkOf, parseEndpoint, parsePrefix } from "@tundeck/shared"
import type { PeerChange, SetRequest } from "./configuration.ts"
import { clampKey, keyOfHex } from "./keys.ts"

/** A request may name each peer twice: to remove it, and to make it anew. */
export const mostPeerChanges = 2 * mostPeers
export const mostNetworks = 256 * mostPeers

/** Puts one value where it belongs; false: it is not valid. */
type Field<T> = (target: T, value: string) => boolean

const deviceFields: Record<string, Field<SetRequest>> = {
  private_key: (request, value) => {
    const key = keyOfHex(value)
    if (key === undefined) return false
    request.privateKey = key === null ? null : clampKey(key)
    return true
  },
  listen_port: (request, value) => isNumber(value, 0xffff, (port) => (request.listenPort = port)),
  fwmark: (request, value) => isNumber(value, 0xffff_ffff, (mark) => (request.firewallMark = mark)),
  replace_peers: (request, value) => isTrue(value, () => (request.replacePeers = true)),
}

const peerFields: Record<string, Field<PeerChange>> = {
  remove: (peer, value) => isTrue(value, () => (peer.remove = true)),
  update_only: (peer, value) => isTrue(value, () => (peer.updateOnly = true)),
  preshared_key: (peer, value) => {
    const key = keyOfHex(value)
    if (key === undefined) return false
    peer.presharedKey = key
    return true
  },
  endpoint: (peer, value) => {
    const endpoint = parseEndpoint(value)
    if (endpoint === undefined || ipFamily(endpoint.host) === undefined) return false
    peer.endpoint = formatEndpoint(endpoint)
    return true
  },
  persistent_keepalive_interval: (peer, value) =>
    isNumber(value, 0xffff, (seconds) => (peer.keepaliveSeconds = seconds)),
  replace_allowed_ips: (peer, value) =>
    isTrue(value, () => {
      peer.replaceAllowedIps = true
      peer.allowedIps = []
    }),
  allowed_ip: (peer, value) => {
    const remove = value.startsWith("-")
    const prefix = parsePrefix(remove ? value.slice(1) : value)
    if (prefix === undefined) return false
    peer.allowedIps.push({ network: networkOf(prefix), remove })
    return true
  },
}

/** Takes what stands in a `set=1` request, field by field: those of the device, then each peer's behind its public key. */
export class SetParser {
  readonly request: SetRequest = { replacePeers: false, peers: [] }
  #networks = 0

  /** 0, or the errno with which the request is refused. */
  take(key: string, value: string): number {
    if (key === "public_key") return this.#beginPeer(value)
    const peer = this.request.peers.at(-1)
    if (peer === undefined) return take(deviceFields, this.request, key, value)
    if (key === "protocol_version") return value === "1" ? 0 : errno.EPROTONOSUPPORT
    if (key === "allowed_ip" && ++this.#networks > mostNetworks) return errno.E2BIG
    return take(peerFields, peer, key, value)
  }

  #beginPeer(value: string): number {
    const publicKey = keyOfHex(value)
    if (publicKey === undefined || publicKey === null) return errno.EINVAL
    if (this.request.peers.length >= mostPeerChanges) return errno.E2BIG
    this.request.peers.push({
      publicKey,
      remove: false,
      updateOnly: false,
      replaceAllowedIps: false,
      allowedIps: [],
    })
    return 0
  }
}

function take<T>(fields: Record<string, Field<T>>, target: T, key: string, value: string): number {
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined
  return field?.(target, value) === true ? 0 : errno.EINVAL
}

function isNumber(value: string, most: number, put: (number: number) => void): boolean {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.POSITIVE_INFINITY
  if (number > most) return false
  put(number)
  return true
}

function isTrue(value: string, put: () => void): boolean {
  if (value !== "true") return false
  put()
  return true
}
