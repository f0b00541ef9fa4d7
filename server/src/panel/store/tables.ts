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
  tunnels: { id: string; name: string; interface: string; config: string; running: number; created_at: number }
  events: { id: Generated<number>; time: number; severity: string; subject: string; text: string }
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
