// npm run captures [-- package …]: our decoders beside Wireshark's, on the captures of Debian's source packages, then one
// packet of each capture damaged in all ways. They are fetched once, into .cache/captures. The exit code is 1 when less
// than 99.9 % of the whole IP packets agree, or when a damaged one throws or takes more than a millisecond.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { damage, noDamage } from "./captures/damage.ts"
import { add, compareFiles, emptySum, readFile } from "./captures/run.ts"
import { captureFiles, type SourcePackage, sourcePackages } from "./captures/sources.ts"

const goal = 0.999
const mostShown = 3
const directory = join(import.meta.dirname, "../.cache/captures")
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !sourcePackages.some((one) => one === name))
if (unknown.length > 0) {
  console.error(`npm run captures: no package ${unknown.join(", ")}; there are ${sourcePackages.join(", ")}`)
  process.exit(2)
}

const number = (value: number) => String(value).padStart(7)
const percent = (part: number, whole: number) => (whole === 0 ? "–" : `${((part / whole) * 100).toFixed(3)} %`)
const isAsked = (name: SourcePackage) => asked.length === 0 || asked.includes(name)

mkdirSync(directory, { recursive: true })
const all = emptySum()
console.log("packets   whole  agree  chosen  differ  capture")
for (const name of sourcePackages.filter(isAsked)) {
  for await (const one of compareFiles(captureFiles(directory, name))) {
    add(all, one)
    const chosen = [...one.chosen.values()].reduce((sum, count) => sum + count, 0)
    const counts = [one.packets, one.whole, one.agreeing, chosen, one.differing.length]
    console.log(`${counts.map(number).join("")}  ${name}/${one.name}`)
    for (const { number: at, kind, ours, theirs } of one.differing.slice(0, mostShown))
      console.log(`    packet ${at}: ${kind}\n      we   ${JSON.stringify(ours)}\n      they ${JSON.stringify(theirs)}`)
  }
}

console.log(`\n${all.captures} captures, ${all.packets} packets, of them ${all.whole} whole IP packets`)
console.log(`${number(all.agreeing)} agree, ${percent(all.agreeing, all.whole)}`)
for (const [why, count] of all.chosen) console.log(`${number(count)} differ by choice: ${why}`)
for (const [kind, count] of all.differing) console.log(`${number(count)} differ: ${kind}`)

const seed = Number(process.env.CAPTURES_SEED ?? 20_261_128)
const damaged = noDamage()
for (const name of sourcePackages.filter(isAsked))
  for (const [index, file] of captureFiles(directory, name).entries()) damage(readFile(file), seed + index, damaged)
console.log(
  `\n${damaged.packets} packets cut at every length and with bits flipped, ${damaged.decodings} decodings, seed ${seed}`,
)
for (const [decoder, ms] of Object.entries(damaged.slowest))
  console.log(`  slowest ${decoder}: ${(ms * 1000).toFixed(0)} µs`)
console.log(`${number(damaged.thrown.length)} threw`)
for (const what of damaged.thrown.slice(0, mostShown)) console.log(`    ${what}`)
console.log(`${number(damaged.slow.length)} took more than a millisecond`)
for (const what of damaged.slow.slice(0, mostShown)) console.log(`    ${what}`)

const isSound = damaged.thrown.length === 0 && damaged.slow.length === 0
process.exitCode = isSound && all.whole > 0 && all.agreeing / all.whole >= goal ? 0 : 1
