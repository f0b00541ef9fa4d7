import {
  parsedBy,
  type TunnelConfig,
  type TunnelReconfigured,
  tunnelConfig,
  type WireguardConfig,
} from "@tundeck/shared"

/** A change over the configuration socket, as it is saved and told. What stands here is pure. */

export interface Reconfiguration {
  after: TunnelConfig
  /** For the audit. */
  detail: ReturnType<typeof differences>
  /** For the time line. */
  text: string
}

/** undefined: it is so already. Throws Problem validation-failed for what cannot be saved. */
export function reconfiguration(before: TunnelConfig, change: TunnelReconfigured): Reconfiguration | undefined {
  if (before.security.kind === "none") return undefined
  const transport = changedTransport(before.transport, change)
  const after = parsedBy(tunnelConfig, { ...before, transport, security: change.security })
  const detail = differences(before.security, change)
  if (JSON.stringify(wayOf(before)) === JSON.stringify(wayOf(after)) && isNothing(detail)) return undefined
  return { after, detail, text: textOf(detail) }
}

const wayOf = ({ transport, security }: TunnelConfig) => [transport, { ...security, stampedAfter: undefined }]

function changedTransport(
  before: TunnelConfig["transport"],
  { listen, firewallMark, security }: TunnelReconfigured,
): TunnelConfig["transport"] {
  const after = { ...before }
  if (security.peers.length > 0) delete after.connect // each peer has its own endpoint now
  if (listen === null) delete after.listen
  else if (listen !== undefined) {
    after.listen = listen
    delete after.sourceAddress
  }
  if (firewallMark === null) delete after.firewallMark
  else if (firewallMark !== undefined) after.firewallMark = firewallMark
  return after
}

function differences(before: WireguardConfig, { security: after, listen, firewallMark }: TunnelReconfigured) {
  const was = new Map(before.peers.map((peer) => [peer.publicKey, peer]))
  const is = new Map(after.peers.map((peer) => [peer.publicKey, peer]))
  const names = (peers: WireguardConfig["peers"]) => peers.map(({ name }) => name)
  const isOther = (peer: WireguardConfig["peers"][number]) => {
    const old = was.get(peer.publicKey)
    return old !== undefined && JSON.stringify(old) !== JSON.stringify(peer)
  }
  return {
    added: names(after.peers.filter(({ publicKey }) => !was.has(publicKey))),
    removed: names(before.peers.filter(({ publicKey }) => !is.has(publicKey))),
    changed: names(after.peers.filter(isOther)),
    isOtherKey: before.privateKey !== after.privateKey,
    ...(listen !== undefined && { listen }),
    ...(firewallMark !== undefined && { firewallMark }),
  }
}

type Differences = ReturnType<typeof differences>

function isNothing({ added, removed, changed, isOtherKey }: Differences): boolean {
  return !isOtherKey && added.length + removed.length + changed.length === 0
}

function textOf({ added, removed, changed, isOtherKey, listen, firewallMark }: Differences): string {
  const parts = [
    isOtherKey ? "another private key" : "",
    listed("added", added),
    listed("removed", removed),
    listed("changed", changed),
    listen === undefined ? "" : `listening on ${listen ?? "any free port"}`,
    firewallMark === undefined ? "" : `firewall mark ${firewallMark ?? "none"}`,
  ]
  return `Changed over its configuration socket: ${parts.filter((part) => part !== "").join("; ")}`
}

const listed = (what: string, names: readonly string[]) => (names.length === 0 ? "" : `${what} ${names.join(", ")}`)
