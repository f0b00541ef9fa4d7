const wireguard = "server/src/engine/relay/wireguard"

/** Code that must have no mistake that its tests would not notice. */
export interface Guard {
  files: readonly string[]
  /** Test files, the quickest first. */
  tests: readonly string[]
}

const sessions = ["timers", "session", "peer-changes", "rotation", "load"].map(
  (name) => `${wireguard}/session/${name}.test.ts`,
)

export const guards: readonly Guard[] = [
  { files: [`${wireguard}/replay-window.ts`], tests: [`${wireguard}/replay-window.test.ts`] },
  {
    files: [`${wireguard}/noise/cookies.ts`],
    tests: [`${wireguard}/noise/cookies.test.ts`, `${wireguard}/session/load.test.ts`],
  },
  {
    files: ["doorkeeper", "load-gauge", "source-rates"].map((name) => `${wireguard}/load/${name}.ts`),
    tests: [`${wireguard}/load/source-rates.test.ts`, `${wireguard}/session/load.test.ts`],
  },
  {
    files: ["hub/ranges", "hub/route-table"].map((name) => `server/src/engine/relay/${name}.ts`),
    tests: ["hub/route-table", "hub/router"].map((name) => `server/src/engine/relay/${name}.test.ts`),
  },
  {
    files: [
      "peer-timers",
      "schedule",
      "keypair",
      "keypairs",
      "index-table",
      "identities",
      "peer-table",
      "peer-state",
    ].map((name) => `${wireguard}/peers/${name}.ts`),
    tests: [`${wireguard}/peers/index-table.test.ts`, `${wireguard}/peers/keypair.test.ts`, ...sessions],
  },
  { files: ["session", "handshakes"].map((name) => `${wireguard}/session/${name}.ts`), tests: sessions },
]

/** Mistakes that change nothing that anybody could see: what the line becomes, and why it does not matter. */
export const equivalents: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
