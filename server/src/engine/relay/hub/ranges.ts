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
    const i = starts.length - 1
    if (starts[i] === start) owners[i] = owner
    else if (owners[i] !== owner && start < end) {
      starts.push(start)
      owners.push(owner)
    }
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

function widerFirst(a: OwnedNetwork, b: OwnedNetwork): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  if (a.last !== b.last) return a.last > b.last ? -1 : 1
  return 0
}
