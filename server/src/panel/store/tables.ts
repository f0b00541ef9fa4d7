import type { Generated } from "kysely"

/** The tables as the migrations leave them. Times are Unix ms; hashes are hex SHA-256; `config` and `wanted` are JSON. */
export interface Tables {
  accounts: { username: string; password_hash: string; role: string; created_at: number }
  sessions: { id_hash: string; username: string; created_at: number; last_seen_at: number }
  tokens: {
    id: string
    secret_hash: string
    name: string
    role: string
    created_at: number
    last_used_at: number | null
  }
  interfaces: { name: string; wanted: string }
  tunnels: {
    id: string
    name: string
    interface: string
    config: string
    running: number
    created_at: number
    /** TAI64N in nanoseconds, decimal; beside the configuration, because it changes with each handshake. */
    stamped_after: string | null
  }
  invites: {
    id: string
    tunnel_id: string
    /** Of the peer that was invited. */
    public_key: string
    peer_name: string
    token_hash: string
    /** What the token opens; null once it was given out, or has expired. */
    sealed: string | null
    created_by: string
    created_at: number
    expires_at: number
    claimed_at: number | null
    used_at: number | null
    /** It expired, and its peer was removed. */
    over: number
  }
  events: {
    id: Generated<number>
    time: number
    severity: string
    subject: string
    text: string
    /** The id of a saved capture, which may be gone by now. */
    capture: string | null
  }
  audit: {
    id: number
    time: number
    actor: string
    action: string
    subject: string
    detail: string
    previous_hash: string
    hash: string
  }
  facts: { name: string; value: string }
}
