import { errnoName, SyscallError } from "@tundeck/native-bindings"
import { dropNumber, type TunnelReason } from "@tundeck/shared"

export const noPeer = dropNumber("no-peer")

/** Turns what the kernel said about a connection into a reason that a person can act on. */
export function connectReason(error: number, remote: string): TunnelReason {
  const name = errnoName(error)
  switch (name) {
    case "ECONNREFUSED":
      return { code: "connection-refused", detail: `${remote} refused the connection: nothing listens there yet.` }
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return {
        code: "peer-unreachable",
        detail: `There is no route to ${remote} (${name}). Check this host's routes and the peer's address.`,
      }
    case "ETIMEDOUT":
      return {
        code: "peer-silent",
        detail: `${remote} does not answer. Is the host up, and does a firewall drop the port?`,
      }
    default:
      return { code: "system-error", detail: `Connecting to ${remote} failed with ${name}.` }
  }
}

export function lossReason(error: number, remote: string): TunnelReason {
  const name = errnoName(error)
  switch (name) {
    case "ETIMEDOUT":
      return { code: "peer-silent", detail: `${remote} stopped answering; the connection was given up.` }
    case "ECONNRESET":
    case "EPIPE":
      return { code: "peer-closed", detail: `${remote} reset the connection.` }
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return { code: "peer-unreachable", detail: `The route to ${remote} was lost (${name}).` }
    default:
      return { code: "system-error", detail: `The connection to ${remote} ended with ${name}.` }
  }
}

export function listenReason(error: unknown, local: string): TunnelReason {
  if (!(error instanceof SyscallError)) return { code: "system-error", detail: `Listening on ${local} failed.` }
  switch (error.code) {
    case "EADDRINUSE":
      return {
        code: "port-in-use",
        detail: `Another program listens on ${local}. Choose another port or stop that program; Tundeck tries again every few seconds.`,
      }
    case "EADDRNOTAVAIL":
      return {
        code: "address-not-local",
        detail: `${local} is no address of this host. Listen on 0.0.0.0 or [::], or on one that it has.`,
      }
    case "EACCES":
      return {
        code: "system-error",
        detail: `Ports below 1024 need CAP_NET_BIND_SERVICE, which the engine does not have: choose a higher port than ${local}.`,
      }
    default:
      return { code: "system-error", detail: `Listening on ${local} failed with ${error.code}.` }
  }
}

/** `largest`: the longest packet that this interface takes. */
export function badFrameReason(length: number, largest: number, remote: string): TunnelReason {
  const what =
    length === 0 ? "a frame of length 0" : `a frame of ${length} bytes, above the ${largest} that the MTU takes`
  return {
    code: "bad-frame",
    detail: `${remote} sent ${what}. Does it speak the same framing, with the same MTU and kind (tun or tap)?`,
  }
}

export function halfFrameReason(remote: string): TunnelReason {
  return { code: "bad-frame", detail: `${remote} began a frame and did not end it within 10 seconds.` }
}

export function silentReason(remote: string): TunnelReason {
  return {
    code: "peer-silent",
    detail: `${remote} stopped answering. Is the host up, and does a firewall drop what it sends?`,
  }
}

export const unknownName: TunnelReason = {
  code: "name-not-found",
  detail: "The peer's name has no address. Check the name, and this host's DNS.",
}

export function waitingReason(local: string, peers: readonly string[]): TunnelReason {
  const [first] = peers
  const who = peers.length === 1 && first !== undefined ? first : `one of ${peers.length} peers`
  return { code: "waiting-for-peer", detail: `Waiting for ${who} to call ${local}.` }
}

/** `since`: Unix ms. */
export function noHandshakeReason(peer: string, remote: string | null, since: number): TunnelReason {
  const where = remote === null ? "" : ` at ${remote}`
  const time = new Date(since).toISOString().slice(0, 19)
  return {
    code: "no-handshake",
    detail: `Peer ${peer}…${where} has not answered since ${time}Z. Check both sides' public keys and preshared keys, the endpoint, and whether a firewall drops it.`,
  }
}

export function noTundeckReason(peer: string): TunnelReason {
  return {
    code: "no-tundeck",
    detail: `Peer ${peer}… is no Tundeck, or has no tap interface: Ethernet frames want a Tundeck with a tap interface on both sides.`,
  }
}

/** `port` null: peers are awaited nowhere. */
export function waitingForHandshakeReason(peers: readonly string[], port: number | null): TunnelReason {
  const [first] = peers
  const who = peers.length === 1 && first !== undefined ? `peer ${first}…` : `one of ${peers.length} peers`
  const where = port === null ? "" : ` to call port ${port}`
  return { code: "waiting-for-peer", detail: `Waiting for ${who}${where}.` }
}
