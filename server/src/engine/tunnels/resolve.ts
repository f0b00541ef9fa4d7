import { lookup } from "node:dns/promises"
import { canonicalAddress } from "@tundeck/shared"

/** All addresses of a name, in the resolver's order; none when it has none or the resolver does not answer. */
export async function resolveName(name: string): Promise<string[]> {
  try {
    const found = await lookup(name, { all: true, order: "verbatim" })
    return found.flatMap(({ address }) => canonicalAddress(address) ?? [])
  } catch {
    return []
  }
}
