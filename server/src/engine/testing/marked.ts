// Counts packets that leave a host by what they bear.
import type { Namespace } from "../../../../testing/namespace.ts"

/** From now on: of what leaves and matches the nft expression `which`, what `bears` matches and what not. */
export async function countLeaving(host: Namespace, which: string, bears: string): Promise<void> {
  const input = `table inet leaving {
    chain out {
      type filter hook output priority 0
      ${which} ${bears} counter return
      ${which} counter
    }
  }`
  await host.exec("nft", ["-f", "-"], { input })
}

/** Counts no more; answers what was counted. */
export async function leftSince(host: Namespace): Promise<{ matching: number; others: number }> {
  const { stdout } = await host.exec("nft", ["list", "table", "inet", "leaving"])
  await host.exec("nft", ["delete", "table", "inet", "leaving"])
  const counts = [...stdout.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets))
  return { matching: counts[0] ?? Number.NaN, others: counts[1] ?? Number.NaN }
}
