// A run in words: what was measured, the ratios, the goals.
import { contenders } from "../contenders/contenders.ts"
import { ours, towardsC } from "../contenders/tundeck.ts"
import { encrypted } from "../contenders/tundeck-wireguard.ts"
import type { Run } from "../run-record.ts"
import { goalTable } from "./goal-table.ts"
import { partTables } from "./part-tables.ts"
import { picture } from "./picture.ts"
import { tables } from "./tables.ts"

const reference = "c"
const names = Object.fromEntries(contenders.map(({ id, name }) => [id, name]))

export function report(run: Run): string {
  const { machine, date, rounds, seconds, carriers } = run
  const legend = contenders.filter(({ id }) => id in carriers).map(({ name, what }) => `- **${name}**: ${what}`)
  return [
    `${date}: ${machine}; ${rounds} rounds, ${seconds} s for each measurement of TCP and UDP; median (lowest–highest).`,
    tables(carriers, names, reference),
    legend.join("\n"),
    partTables(run),
    `### Goals\n\nThe median of the ratios of each round, with the lowest and the highest.\n\n${goalTable(run)}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n")
}

export function reportPicture({ carriers }: Run): string {
  return picture(carriers, names, reference, new Set([...ours, ...encrypted, towardsC].map(({ id }) => id)))
}
