import { join } from "node:path"
import { run } from "../../testing/process.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { type Contender, other, outer, reachable, sides } from "../lab.ts"
import { addressTun, secretFile } from "./host.ts"

async function generate(): Promise<{ secret: string; public: string }> {
  const { stdout } = await run("fastd", ["--generate-key"])
  const key = (word: string) => new RegExp(`${word}: ([0-9a-f]{64})`).exec(stdout)?.[1] ?? ""
  return { secret: key("Secret"), public: key("Public") }
}

export const fastd: Contender = {
  id: "fastd",
  name: "fastd, null",
  what: "Debian's fastd with the null method, clear text over UDP",
  programs: ["fastd"],
  async start(lab) {
    const directory = await temporaryDirectory()
    const keys = { a: await generate(), b: await generate() }
    const processes = []
    for (const side of sides) {
      const peer = other[side]
      const file = await secretFile(
        directory.path,
        `${side}.conf`,
        `bind ${outer[side]}:10000;\ninterface "tun0";\nmode tun;\nmethod "null";\nmtu 1426;\nsecret "${keys[side].secret}";\n` +
          `peer "peer" { key "${keys[peer].public}"; remote ${outer[peer]}:10000; }\n`,
      )
      processes.push(lab[side].spawn("fastd", ["--config", file], { logFile: join(directory.path, `${side}.log`) }))
      await addressTun(lab, side, 1426)
    }
    return reachable(lab, processes, () => directory.remove())
  },
}
