import type { DatabaseSync } from "node:sqlite"

/** In order, each once, never edited after it was released. `user_version` counts those that are done. */
const migrations: readonly string[] = [
  `
  CREATE TABLE accounts (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    username TEXT NOT NULL REFERENCES accounts (username) ON DELETE CASCADE ON UPDATE CASCADE,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT;
  CREATE TABLE interfaces (
    name TEXT PRIMARY KEY,
    wanted TEXT NOT NULL CHECK (json_valid(wanted))
  ) STRICT;
  CREATE TABLE tunnels (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    interface TEXT NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    running INTEGER NOT NULL CHECK (running IN (0, 1)),
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tunnels_by_interface ON tunnels (interface);
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    subject TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE tunnels ADD COLUMN stamped_after TEXT;
  CREATE TABLE invites (
    id TEXT PRIMARY KEY,
    tunnel_id TEXT NOT NULL REFERENCES tunnels (id) ON DELETE CASCADE,
    public_key TEXT NOT NULL,
    peer_name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    sealed TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    claimed_at INTEGER,
    used_at INTEGER,
    over INTEGER NOT NULL CHECK (over IN (0, 1))
  ) STRICT;
  CREATE INDEX invites_by_tunnel ON invites (tunnel_id);
  `,
  `
  ALTER TABLE events ADD COLUMN capture TEXT;
  `,
]

/** Brings the database to the newest form; true when something was done. Throws on a database from a newer Tundeck. */
export function migrate(database: DatabaseSync): boolean {
  const row = database.prepare("PRAGMA user_version").get()
  const done = Number(row?.user_version ?? 0)
  if (done > migrations.length) {
    throw new Error(`The state is from a newer Tundeck (form ${done}, this one knows ${migrations.length}).`)
  }
  migrations.slice(done).forEach((sql, index) => {
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${done + index + 1}; COMMIT`)
  })
  return done < migrations.length
}
