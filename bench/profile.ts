// npm run bench:profile -- trains [--side a|b] [--load tcp|back|eight|small|paced] [--seconds 5] [--data FILE]
// Where an engine's time goes while it carries, in kernel and user space: perf samples the process of one side. `a`
// receives what is sent, `b` sends; with `back` the other way. Needs perf (Debian: linux-perf).
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { type Through, udp } from "../testing/peers/udp-stream.ts"
import { ours } from "./contenders/tundeck.ts"
import { encrypted } from "./contenders/tundeck-wireguard.ts"
import { paced } from "./measure/measure.ts"
import { mapOf, namedJavaScript, sample, shares, systemCalls } from "./measure/perf.ts"
import { cpuSeconds } from "./measure/processes.ts"
import { tcp } from "./measure/tcp.ts"
import { type Turns, turn } from "./turns.ts"

const gigabits = ({ gigabits }: { gigabits: number }) => `${gigabits.toFixed(2)} Gb/s`
const packets = ({ perSecond, lost }: { perSecond: number; lost: number }) =>
  `${perSecond.toFixed(0)} packets/s, ${(lost * 100).toFixed(2)} % lost`

const loads: Record<string, (through: Through, seconds: number) => Promise<string>> = {
  tcp: async (through, seconds) => gigabits(await tcp(through, { seconds })),
  back: async (through, seconds) => gigabits(await tcp(through, { seconds, back: true })),
  eight: async (through, seconds) => gigabits(await tcp(through, { seconds, streams: 8 })),
  small: async (through, seconds) => packets(await udp(through, { seconds, size: 64 })),
  paced: async (through, seconds) => packets(await udp(through, { seconds, ...paced })),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    side: { type: "string", default: "b" },
    load: { type: "string", default: "tcp" },
    seconds: { type: "string", default: "5" },
    data: { type: "string", default: join(tmpdir(), "tundeck-perf.data") },
  },
})
const [id = ""] = positionals
const contenders = [...ours, ...encrypted]
const contender = contenders.find((candidate) => candidate.id === id)
const load = loads[values.load]
if (contender === undefined || load === undefined) {
  const ids = contenders.map((candidate) => candidate.id).join(", ")
  console.error(
    `npm run bench:profile -- MODE --load LOAD: modes are ${ids}; loads are ${Object.keys(loads).join(", ")}`,
  )
  process.exit(2)
}
const { data } = values
const seconds = Number(values.seconds)
const warmUpSeconds = 2

const profile: Turns<void>["measure"] = async (lab, { address, pids: [b = 0, a = 0] }) => {
  const pid = values.side === "a" ? a : b
  const loaded = load({ ...lab, address }, warmUpSeconds + seconds + 1)
  await sleep(warmUpSeconds * 1000)
  const before = await cpuSeconds([pid])
  await sample(pid, seconds, data)
  const cpu = ((await cpuSeconds([pid])) - before) / seconds
  console.log(`${id}, ${values.load}: ${await loaded}; the engine of ${values.side}: ${cpu.toFixed(2)} of a core`)
  console.log(`\nThreads\n${await shares(data, "pid")}`)
  console.log(`\nKernel, [JIT] is JavaScript, node is V8 and Node-API\n${await shares(data, "dso")}`)
  console.log(`\nSystem calls, with all that the kernel does in them; of them themselves\n${await systemCalls(data)}`)
  console.log(`\nFunctions\n${await shares(data, "dso,symbol")}`)
  console.log(`\nWho calls whom: perf report -i ${data} --children (JavaScript's names are in ${mapOf(pid)})`)
}
await turn(contender, profile, { NODE_OPTIONS: namedJavaScript })
