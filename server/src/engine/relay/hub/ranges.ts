/** A network of addresses as numbers, and whose it is. */
export interface OwnedNetwork {
  first: bigint
  last: bigint
  owner: number
}

/** The line of all addresses, cut where the owner changes: range i runs from starts[i] to before starts[i + 1]. */
export interface Ranges {
  starts: bigint[]
  owners: number[]
}

export const nobody = -1

/** Of networks that overlap the longest prefix wins, of equal ones the last. Cold. */
export function cutIntoRanges(networks: readonly OwnedNetwork[], bits: number): Ranges {
  const end = 1n << BigInt(bits)
  const starts = [0n]
  const owners = [nobody]
  const begin = (start: bigint, owner: number) => {
    if (starts.at(-1) === start) {
      starts.pop()
      owners.pop()
    }
    if (owners.at(-1) === owner || start >= end) return
    starts.push(start)
    owners.push(owner)
  }
  // Networks lie within each other or apart: those around the current address are a stack, the narrowest on top.
  const around: OwnedNetwork[] = []
  const leaveBefore = (address: bigint) => {
    for (let top = around.at(-1); top !== undefined && top.last < address; top = around.at(-1)) {
      around.pop()
      begin(top.last + 1n, around.at(-1)?.owner ?? nobody)
    }
  }
  for (const network of networks.toSorted(widerFirst)) {
    leaveBefore(network.first)
    around.push(network)
    begin(network.first, network.owner)
  }
  leaveBefore(end)
  return { starts, owners }
}

/** By where they begin, and those around others before these. */
function widerFirst(a: OwnedNetwork, b: OwnedNetwork): number {
  return Number(a.first - b.first || b.last - a.last)
}
