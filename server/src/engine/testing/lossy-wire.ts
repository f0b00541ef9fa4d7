// A wire that loses packets by chance.
import type { Namespace } from "../../../../testing/namespace.ts"

/**
 * From now on `side` loses `percent` of the packets that come to it over the wire, each by itself: the kernel at the
 * other end is told to put no trains on the wire.
 */
export async function loseOnWire(side: Namespace, percent: number): Promise<void> {
  await side.exec("ip", ["link", "set", "veth0", "gso_max_segs", "1"])
  await side.exec("nft", ["-f", "-"], {
    input: `table inet lossy {
      chain in { type filter hook prerouting priority raw; iif veth0 numgen random mod 1000 < ${percent * 10} counter drop; }
    }`,
  })
}

/** Loses no more; answers how many it has lost. */
export async function healWire(side: Namespace): Promise<number> {
  const { stdout } = await side.exec("nft", ["list", "table", "inet", "lossy"])
  await side.exec("nft", ["delete", "table", "inet", "lossy"])
  await side.exec("ip", ["link", "set", "veth0", "gso_max_segs", "65535"])
  return Number(/counter packets (\d+)/.exec(stdout)?.[1])
}
