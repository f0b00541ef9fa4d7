// npm run bench -- …
import { parseArgs } from "node:util"

export const usage = `npm run bench [-- OPTIONS], as root
  --rounds N         how often everyone has a turn (3)
  --seconds N        for each measurement of TCP and UDP (1)
  --only ID,…        only these; --list names them
  --list             what there is to measure
  --json FILE        keep the run there, after every turn
  --from FILE        measure nothing: report a run that was kept
  --write-docs       put tables and picture into docs/performance.md`

export interface Options {
  rounds: number
  seconds: number
  only: ReadonlySet<string>
  list: boolean
  json: string | undefined
  from: string | undefined
  writeDocs: boolean
}

/** Throws with the reason when they are wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "1" },
      only: { type: "string", multiple: true, default: [] },
      list: { type: "boolean", default: false },
      json: { type: "string" },
      from: { type: "string" },
      "write-docs": { type: "boolean", default: false },
    },
  })
  return {
    rounds: positive("rounds", values.rounds),
    seconds: positive("seconds", values.seconds),
    only: new Set(values.only.flatMap((ids) => ids.split(","))),
    list: values.list,
    json: values.json,
    from: values.from,
    writeDocs: values["write-docs"],
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`--${name} ${text}: a number above 0 is needed`)
}
