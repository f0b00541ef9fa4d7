import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { readCapture } from "./capture-file.ts"
import { type Capture, type Comparison, compare } from "./compare.ts"
import { linked } from "./links.ts"

const packetsAtOnce = 20_000

/** Compares the captures in `files`, as many at once as Wireshark reads in some seconds. */
export async function* compareFiles(files: readonly string[]): AsyncGenerator<Comparison> {
  let captures: Capture[] = []
  let packets = 0
  for (const file of files) {
    const capture = readFile(file)
    captures.push(capture)
    packets += capture.packets.length
    if (packets < packetsAtOnce) continue
    yield* await compare(captures)
    captures = []
    packets = 0
  }
  yield* await compare(captures)
}

/** The packets of `file` that a tun or tap interface would carry. */
export function readFile(file: string): Capture {
  const packets = readCapture(new Uint8Array(readFileSync(file))) ?? []
  return { name: basename(file), packets: packets.map(linked).filter((packet) => packet !== undefined) }
}

export interface Sum {
  captures: number
  packets: number
  whole: number
  agreeing: number
  chosen: Map<string, number>
  differing: Map<string, number>
}

export function emptySum(): Sum {
  return { captures: 0, packets: 0, whole: 0, agreeing: 0, chosen: new Map(), differing: new Map() }
}

export function add(sum: Sum, one: Comparison): void {
  sum.captures++
  sum.packets += one.packets
  sum.whole += one.whole
  sum.agreeing += one.agreeing
  for (const [why, count] of one.chosen) addTo(sum.chosen, why, count)
  for (const { kind } of one.differing) addTo(sum.differing, kind, 1)
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count)
}
