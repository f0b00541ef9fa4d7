import { randomBytes } from "node:crypto"
import {
  type InviteClaimed,
  type InviteCreate,
  type InviteCreated,
  type InviteView,
  Problem,
  type WireguardConfig,
} from "@tundeck/shared"
import { hashSecret, randomSecret } from "../../auth/secrets.ts"
import { recordAudit } from "../../store/audit.ts"
import type { Interfaces } from "../interfaces.ts"
import type { Parts } from "../parts.ts"
import { wireguardOf } from "../tunnel-keys.ts"
import type { TunnelChange, Tunnels } from "../tunnels.ts"
import { addWireguardPeer } from "../wireguard-peers.ts"
import { codeOf, confOf, type Invitation, invitation, seal, unseal } from "./invitation.ts"
import { type InviteRow, InviteRows, viewInvite } from "./invite-rows.ts"
import { prepareInvite } from "./invite-wish.ts"

const self = "tundeck"

/**
 * Invites: a peer whose private key is made here, handed over once, and not kept. It is let in at once; when it has not come before the
 * invite expires, it is removed. The link's secret is stored as a hash, and what it opens under a key that only it gives.
 */
export class Invites {
  readonly #parts: Parts
  readonly #tunnels: Tunnels
  readonly #interfaces: Interfaces
  readonly #rows: InviteRows
  readonly #now: () => number
  #sweeping: Promise<void> | undefined

  constructor(parts: Parts, of: { tunnels: Tunnels; interfaces: Interfaces; now: () => number }) {
    this.#parts = parts
    this.#tunnels = of.tunnels
    this.#interfaces = of.interfaces
    this.#now = of.now
    this.#rows = new InviteRows(parts.store)
  }

  list(idOrName: string): InviteView[] {
    const { config } = this.#tunnels.row(idOrName)
    return this.#rows.of(config.id).map((row) => viewInvite(row, this.#now()))
  }

  /** `reachedAs`: the host name that the request came to. */
  async create(actor: string, idOrName: string, wish: InviteCreate, reachedAs: string): Promise<InviteCreated> {
    const over = await this.#interfaces.read(this.#tunnels.row(idOrName).config.interface)
    const token = randomSecret()
    let made: { row: InviteRow; content: Invitation } | undefined
    await this.#tunnels.update(actor, idOrName, (before) => {
      const now = this.#now()
      const security = wireguardOf(before)
      const { invitation: content, peer } = prepareInvite(wish, { config: before, security, over, reachedAs, now })
      const id = `i_${randomBytes(8).toString("hex")}`
      const row: InviteRow = {
        id,
        tunnel_id: before.id,
        public_key: peer.publicKey,
        peer_name: peer.name,
        token_hash: hashSecret(token),
        sealed: seal(JSON.stringify(content), token, id),
        created_by: actor,
        created_at: now,
        expires_at: peer.expiresAt,
        claimed_at: null,
        used_at: null,
        over: 0,
      }
      made = { row, content }
      return {
        ...addWireguardPeer({ before, security }, peer),
        action: "createInvite",
        detail: { id, peer: peer.name, allowedIps: peer.allowedIps, expiresAt: peer.expiresAt },
        text: `Peer ${peer.name} invited`,
        alsoSave: () => this.#rows.insert(row),
      }
    })
    if (made === undefined) throw new Error("the invite was not made")
    const { row, content } = made
    return {
      invite: viewInvite(row, this.#now()),
      code: codeOf(content),
      conf: confOf(content),
      token,
      path: `/invite#token=${token}`,
    }
  }

  /** What the link gives out, once. `from`: who asks. Throws Problem invite-not-found, invite-gone. */
  claim(token: string, from: string): InviteClaimed {
    const row = this.#rows.byToken(hashSecret(token))
    if (row === undefined) throw new Problem("invite-not-found")
    const now = this.#now()
    const tunnel = this.#tunnels.view(row.tunnel_id)
    const isThere = tunnel?.security.peers?.some((peer) => "publicKey" in peer && peer.publicKey === row.public_key)
    if (row.sealed === null || row.expires_at <= now || tunnel === undefined || !isThere)
      throw new Problem("invite-gone")
    const content = invitation.parse(JSON.parse(unseal(row.sealed, token, row.id)))
    const subject = `tunnel ${tunnel.name}`
    this.#parts.store.transaction(() => {
      if (!this.#rows.claim(row.id, now)) throw new Problem("invite-gone")
      recordAudit(this.#parts.store, { actor: "invite", action: "claimInvite", subject, detail: { id: row.id, from } })
    })
    const text = `The invite of ${row.peer_name} was opened from ${from}`
    this.#parts.events.record({ severity: "info", subject, text })
    return { tunnel: content.tunnel, code: codeOf(content), conf: confOf(content) }
  }

  async revoke(actor: string, idOrName: string, inviteId: string): Promise<void> {
    const { config } = this.#tunnels.row(idOrName)
    const row = this.#rows.find(inviteId)
    if (row === undefined || row.tunnel_id !== config.id) throw new Problem("invite-not-found")
    await this.#settle(actor, row, {
      action: "revokeInvite",
      text: `Invite of ${row.peer_name} taken back`,
      peers: (security) => (row.used_at === null ? withoutInvited(security, row) : security),
      save: () => this.#rows.remove(row.id),
    })
  }

  /** Called now and then: whose peer has come is done, whose time is over loses its peer. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<void> {
    const now = this.#now()
    this.#rows.forgetOld(now)
    const waiting = Map.groupBy(this.#rows.waiting(), (row) => row.tunnel_id)
    for (const [tunnelId, rows] of waiting) {
      const heard = await this.#heard(tunnelId)
      for (const row of rows) {
        if (heard.has(row.public_key)) await this.#confirm(row, now)
        else if (row.expires_at <= now) await this.#expire(row)
      }
    }
  }

  /** The public keys of those who have completed a handshake. */
  async #heard(id: string): Promise<Set<string>> {
    const { engine } = this.#parts
    const peers = engine.connected ? await engine.call("tunnel.peers", { id }).catch(noneUnlessProblem) : []
    return new Set(
      peers.flatMap(({ publicKey, lastHandshakeAt }) => (lastHandshakeAt === null ? [] : (publicKey ?? []))),
    )
  }

  #confirm(row: InviteRow, now: number): Promise<void> {
    return this.#settle(self, row, {
      action: "useInvite",
      text: `${row.peer_name} has accepted its invite: it stays`,
      peers: (security) => ({
        ...security,
        peers: security.peers.map((peer) => {
          if (!isInvited(peer, row)) return peer
          const { expiresAt: _, ...stays } = peer
          return stays
        }),
      }),
      save: () => this.#rows.used(row.id, now),
    })
  }

  #expire(row: InviteRow): Promise<void> {
    return this.#settle(self, row, {
      action: "expireInvite",
      text: `The invite of ${row.peer_name} has expired: the peer is removed`,
      peers: (security) => withoutInvited(security, row),
      save: () => this.#rows.expired(row.id),
    })
  }

  async #settle(
    actor: string,
    row: InviteRow,
    how: Pick<TunnelChange, "action" | "text"> & {
      peers: (security: WireguardConfig) => WireguardConfig
      save: () => void
    },
  ): Promise<void> {
    const { action, text, save } = how
    await this.#tunnels.update(actor, row.tunnel_id, (before) => {
      const security = before.security.kind === "wireguard" ? how.peers(before.security) : before.security
      const detail = { id: row.id, peer: row.peer_name }
      return { after: { ...before, security }, action, detail, text, hosts: [], alsoSave: save }
    })
  }
}

type Peer = WireguardConfig["peers"][number]

/** Still as it was invited: whoever gave it another date, or none, has made it his own. */
const isInvited = ({ publicKey, expiresAt }: Peer, row: InviteRow) =>
  publicKey === row.public_key && expiresAt === row.expires_at

function withoutInvited(security: WireguardConfig, row: InviteRow): WireguardConfig {
  return { ...security, peers: security.peers.filter((peer) => !isInvited(peer, row)) }
}

function noneUnlessProblem(error: unknown): never[] {
  if (error instanceof Problem) return []
  throw error
}
