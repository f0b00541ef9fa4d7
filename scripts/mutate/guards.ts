const relay = "server/src/engine/relay"
const wireguard = `${relay}/wireguard`

/** Code that must have no mistake that its tests would not notice. */
export interface Guard {
  files: readonly string[]
  tests: readonly string[]
}

const named = (directory: string, names: readonly string[]) => names.map((name) => `${directory}/${name}.ts`)
const sessions = ["timers", "session", "peer-changes", "rotation"].map((name) => `${wireguard}/session/${name}.test.ts`)

export const guards: readonly Guard[] = [
  { files: [`${wireguard}/replay-window.ts`], tests: [`${wireguard}/replay-window.test.ts`] },
  { files: [`${wireguard}/noise/cookies.ts`], tests: [`${wireguard}/noise/cookies.test.ts`] },
  { files: named(`${wireguard}/load`, ["doorkeeper", "load-gauge", "source-rates"]), tests: [`${wireguard}/load`] },
  {
    files: named(`${relay}/hub`, ["ranges", "route-table", "tun-router"]),
    tests: named(`${relay}/hub`, ["ranges.test", "route-table.test", "tun-router.test"]),
  },
  {
    files: named(`${wireguard}/peers`, ["peer-timers", "schedule", "keypair", "keypairs", "index-table", "identities"]),
    tests: [`${wireguard}/peers`, ...sessions],
  },
  { files: named(`${wireguard}/peers`, ["peer-table", "peer-state"]), tests: sessions },
  { files: named(`${wireguard}/session`, ["session", "handshakes"]), tests: sessions },
]

/** Mistakes that change nothing that anybody could see: what the line becomes, and why. */
export const equivalents: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [`${wireguard}/replay-window.ts`]: {
    "const words = bits * wordBits": "a larger ring: the window is `size`",
    "if (ahead >= 0) this.#move(low, high, ahead)": "a move to where it is clears nothing",
    "const seen = this.#seen[word] ?? 1": "each word is there",
    "const count = ahead > bits ? words : ((low >>> 5) - from) & 0x7ff_ffff": "a ring ahead is `words` words ahead",
  },
  [`${wireguard}/noise/cookies.ts`]: {
    "const source = new Uint8Array(address.length + 3)": "the cookie's maker alone reads it again",
    "if (false) return false": "the cipher takes no null for the mac either",
    "if (this.#mac1 === null) ;": "the same",
    "this.#cookie.fill(1)": "bytes that are not used any more",
    "not this.#cookie.fill(0)": "nobody can see that they are gone",
  },
  [`${relay}/hub/route-table.ts`]: {
    "if ((starts[middle] ?? 1) <= address) low = middle": "each range is there",
    "let word = starts[at] ?? 1": "each range is there",
    "word = starts[at + 1] ?? 1": "each range is there",
    "word = starts[at + 2] ?? 1": "each range is there",
    "return (starts[at + 3] ?? 1) > d": "each range is there",
    "if (word !== a) return word >= a": "they are not equal",
    "if (word !== b) return word >= b": "they are not equal",
    "if (word !== c) return word >= c": "they are not equal",
    "if (slash <= 0 || bytes === undefined) return": "nothing before the slash is no address",
    "if (slash < 1 || bytes === undefined) return": "nothing before the slash is no address",
    "for (let word = 0; word <= words; word++) {": "the next range writes over it, and behind the last one is nothing",
    "out[i * words + word] = Number(BigInt.asIntN(33, start >> BigInt((words - 1 - word) * 32))) ^ signBit":
      "the operator takes 32 bits of it",
  },
  [`${wireguard}/load/load-gauge.ts`]: {
    "#level = 1": "it has leaked out since the beginning of time",
  },
  [`${wireguard}/load/doorkeeper.ts`]: {
    "if (!this.#load.mayCheck(now)) ;": "`mayLook` has seen to it; only when load begins with it, and then all is full",
  },
}
