import { expect, it } from "vitest"
import { cutIntoRanges, nobody, type OwnedNetwork } from "./ranges.ts"

// Addresses of four bits: there are 31 networks of them.
const bits = 4
const addresses = Array.from({ length: 2 ** bits }, (_, address) => BigInt(address))
const networks = [0, 1, 2, 3, 4].flatMap((length) => {
  const size = 2n ** BigInt(bits - length)
  return Array.from({ length: 2 ** length }, (_, i) => ({ first: BigInt(i) * size, last: BigInt(i + 1) * size - 1n }))
})

const sizeOf = ({ first, last }: OwnedNetwork) => last - first

/** The narrowest that has the address in, of equals the last. */
function ownerOf(address: bigint, all: readonly OwnedNetwork[]): number {
  const around = all.filter(({ first, last }) => first <= address && address <= last)
  const narrowest = around.reduce<OwnedNetwork | undefined>(
    (best, one) => (best !== undefined && sizeOf(best) < sizeOf(one) ? best : one),
    undefined,
  )
  return narrowest?.owner ?? nobody
}

/** "start:owner" of each range. */
function plainly(all: readonly OwnedNetwork[]): string {
  const owners = addresses.map((address) => ownerOf(address, all))
  return addresses.flatMap((start, i) => (owners[i] === owners[i - 1] ? [] : [`${start}:${owners[i]}`])).join(" ")
}

function cut(all: readonly OwnedNetwork[]): string {
  const { starts, owners } = cutIntoRanges(all, bits)
  return starts.map((start, i) => `${start}:${owners[i]}`).join(" ")
}

it("without networks there is one range, nobody's", () => {
  expect(cut([])).toBe("0:-1")
})

it.each([
  ["three owners", [0, 1, 2]],
  ["two owners", [0, 1, 0]],
] as const)(
  "any three networks of %s: each range begins where the owner changes, and nowhere else",
  (_name, owners) => {
    const wrong: string[] = []
    for (const one of networks) {
      for (const two of networks) {
        for (const three of networks) {
          const all = [one, two, three].map((network, i) => ({ ...network, owner: owners[i] ?? nobody }))
          if (cut(all) !== plainly(all)) wrong.push(`${cut(all)} is ${plainly(all)}`)
        }
      }
    }
    expect(wrong).toEqual([])
  },
)
