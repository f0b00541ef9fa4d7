// Two hosts on one wire, and what carries packets between them.
import { connectByVeth } from "../testing/links.ts"
import { createNamespace, type Namespace } from "../testing/namespace.ts"
import { until } from "../testing/wait.ts"

export interface Lab extends AsyncDisposable {
  readonly a: Namespace
  readonly b: Namespace
}

export type Side = "a" | "b"
export const sides = ["a", "b"] as const
export const other = { a: "b", b: "a" } as const
export const outer = { a: "192.0.2.1", b: "192.0.2.2" } as const
export const inner = { a: "10.77.0.1", b: "10.77.0.2" } as const

export async function createLab(): Promise<Lab> {
  const a = await createNamespace("bench-a")
  const b = await createNamespace("bench-b")
  // Nothing but what is measured passes: no router solicitations, no neighbour discovery.
  for (const host of [a, b]) await host.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
  await connectByVeth(a, b, { v4: [`${outer.a}/24`, `${outer.b}/24`] })
  return {
    a,
    b,
    async [Symbol.asyncDispose]() {
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
  pids: readonly number[]
  stop(): Promise<void>
}

export interface Contender {
  /** For `--only`. */
  id: string
  name: string
  /** One sentence for the tables' legend. */
  what: string
  /** Programs that must be there, beside those of the tests. */
  programs?: readonly string[]
  /** `env` is given to our engines. */
  start(lab: Lab, env?: Record<string, string>): Promise<Carrier>
}

/** The carrier, once a ping passes. */
export async function reachable(
  { b }: Lab,
  processes: readonly { pid: number; stop(): Promise<void> }[],
  tidy: () => Promise<void> = async () => {},
): Promise<Carrier> {
  const ping = async () => (await b.exec("ping", ["-c", "1", "-W", "1", inner.a], { mayFail: true })).code === 0
  const stop = async () => {
    for (const process of processes) await process.stop()
    await tidy()
  }
  try {
    await until(ping, { what: `${inner.a} to answer a ping`, timeoutMs: 20_000 })
  } catch (error) {
    await stop()
    throw error
  }
  return { address: inner.a, pids: processes.map(({ pid }) => pid), stop }
}
