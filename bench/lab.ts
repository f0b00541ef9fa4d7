// Two hosts on one wire, and who carries packets between them.
import { connectByVeth } from "../testing/links.ts"
import { createNamespace, type Namespace } from "../testing/namespace.ts"
import { run } from "../testing/process.ts"
import { until } from "../testing/wait.ts"

export interface Lab {
  a: Namespace
  b: Namespace
  delete(): Promise<void>
}

export const outer = { a: "192.0.2.1", b: "192.0.2.2" } as const
export const inner = { a: "10.77.0.1", b: "10.77.0.2" } as const

export async function createLab(): Promise<Lab> {
  const a = await createNamespace("bench-a")
  const b = await createNamespace("bench-b")
  await connectByVeth(a, b, { v4: [`${outer.a}/24`, `${outer.b}/24`] })
  return {
    a,
    b,
    async delete() {
      await a.delete()
      await b.delete()
    },
  }
}

/** What stands between the two hosts while it is measured. */
export interface Carrier {
  /** Where `a` is reached from `b` through it. */
  address: string
  /** The processes that carry, of both ends. */
  pids: number[]
  stop(): Promise<void>
}

export interface Contender {
  name: string
  /** One sentence for the table's legend. */
  what: string
  /** Programs that must be there, beside those of the tests. */
  programs?: readonly string[]
  start(lab: Lab): Promise<Carrier>
}

export async function addTun(host: Namespace, address: string): Promise<void> {
  await run("ip", ["-n", host.name, "tuntap", "add", "dev", "tun0", "mode", "tun"])
  await run("ip", ["-n", host.name, "address", "add", `${address}/24`, "dev", "tun0"])
  await run("ip", ["-n", host.name, "link", "set", "tun0", "up"])
}

export async function deleteTun(host: Namespace): Promise<void> {
  await run("ip", ["-n", host.name, "link", "delete", "tun0"], { mayFail: true })
}

export async function untilReachable({ b }: Lab, address: string): Promise<void> {
  const ping = async () => (await b.exec("ping", ["-c", "1", "-W", "1", address], { mayFail: true })).code === 0
  await until(ping, { what: `${address} to answer a ping`, timeoutMs: 20_000 })
}
