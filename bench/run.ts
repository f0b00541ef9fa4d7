import { readFileSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus, release } from "node:os"
import { join } from "node:path"
import { contenders } from "./contenders/contenders.ts"
import { measure } from "./measure/measure.ts"
import { type Options, readOptions, usage } from "./options.ts"
import { parts } from "./parts/parts.ts"
import { missingPrograms } from "./programs.ts"
import { replaceBlock } from "./report/docs.ts"
import { report, reportPicture } from "./report/report.ts"
import type { Run } from "./run-record.ts"
import { inTurns } from "./turns.ts"

const docs = join(import.meta.dirname, "../docs")
const image =
  "![Ratios to the tutorial's program in C: TCP throughput, packets, CPU time and round trip](images/performance.svg)"

function stop(reason: string): never {
  console.error(`npm run bench: ${reason}`)
  process.exit(2)
}

function options(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}

const { rounds, seconds, only, list, json, from, writeDocs } = options()
const known = [...contenders, ...parts]
const isChosen = ({ id }: { id: string }) => only.size === 0 || only.has(id)

async function perform(): Promise<Run> {
  if (process.getuid?.() !== 0) stop("network namespaces need root.")
  const unknown = [...only].filter((id) => !known.some((one) => one.id === id))
  if (unknown.length > 0) stop(`there is no ${unknown.join(", ")}; --list says what there is.`)
  const missing = missingPrograms(contenders.filter(isChosen))
  if (missing.length > 0) {
    const packages = "iperf3 iputils-ping gcc libc6-dev socat openvpn fastd wireguard-go wireguard-tools"
    stop(`${missing.join(", ")} missing: apt-get install ${packages}, or choose others with --only.`)
  }
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Linux ${release()}, Node ${process.version}`
  const date = new Date().toISOString().slice(0, 10)
  const run: Run = { machine, date, rounds, seconds, carriers: {}, idle: {}, watched: {} }
  const keep = () => json !== undefined && writeFileSync(json, JSON.stringify(run, null, 2))
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const failed = (what: string, error: unknown) => {
    process.exitCode = 1
    say(`FAILED: ${what}: ${error instanceof Error ? error.message : error}`)
  }
  const chosen = contenders.filter(isChosen)
  for (const { id } of chosen) run.carriers[id] = []
  await inTurns({
    contenders: chosen,
    rounds,
    measure: (lab, carrier) => measure(lab, carrier, seconds),
    begins: ({ name }, round) => say(`round ${round} of ${rounds}: ${name} …`),
    ended({ id, name }, figures, failure) {
      if (figures === null) failed(name, failure)
      run.carriers[id]?.push(figures)
      keep()
    },
  })
  for (const { id, what, perform } of parts.filter(isChosen)) {
    say(`${what} …`)
    await perform(run).catch((error: unknown) => failed(id, error))
    keep()
  }
  return run
}

if (list) {
  for (const { id, what } of known) console.log(`${id.padEnd(16)} ${what}`)
} else {
  const run: Run = from === undefined ? await perform() : JSON.parse(readFileSync(from, "utf8"))
  console.log(report(run))
  if (writeDocs) {
    writeFileSync(join(docs, "images/performance.svg"), reportPicture(run))
    await replaceBlock(join(docs, "performance.md"), `${image}\n\n${report(run)}`)
  }
}
