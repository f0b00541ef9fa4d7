// npm run bench [-- --rounds 3 --seconds 3 --only "Tundeck,simpletun, C" --json FILE]
// In turns: every contender once, then all again, so that a slow minute of the machine hits them alike.
import { existsSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus, release } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { contenders, reference } from "./contenders.ts"
import { createLab } from "./lab.ts"
import { type Figures, measure } from "./measure.ts"
import { type Rounds, ratios, table } from "./report.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
  },
})
if (process.getuid?.() !== 0) {
  console.error("npm run bench: network namespaces need root.")
  process.exit(2)
}
const chosen = contenders.filter(
  ({ name }) => values.only.length === 0 || name === reference || values.only.includes(name),
)
const missing = chosen.flatMap(({ programs = [] }) => programs.filter((name) => !isInstalled(name)))
if (missing.length > 0) {
  console.error(
    `npm run bench: install ${[...new Set(missing)].join(", ")} (on Debian: openvpn fastd wireguard-go wireguard-tools), or choose with --only.`,
  )
  process.exit(2)
}
const rounds: Rounds = Object.fromEntries(chosen.map(({ name }) => [name, [] as Figures[]]))

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const contender of chosen) {
    process.stderr.write(`round ${round}: ${contender.name} …\n`)
    const lab = await createLab()
    try {
      const carrier = await contender.start(lab)
      try {
        rounds[contender.name]?.push(await measure(lab, carrier, Number(values.seconds)))
      } finally {
        await carrier.stop()
      }
    } finally {
      await lab.delete()
    }
  }
}

function isInstalled(program: string): boolean {
  return [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"].some((path) => existsSync(join(path, program)))
}

const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Linux ${release()}, Node ${process.version}`
const legend = chosen.map(({ name, what }) => `- **${name}**: ${what}`).join("\n")
console.log(`${machine}; ${values.rounds} rounds of ${values.seconds} s; median (lowest–highest)\n`)
console.log(`${table(rounds)}\n\n${ratios(rounds, reference)}\n\n${legend}`)
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ machine, rounds }, null, 2))
