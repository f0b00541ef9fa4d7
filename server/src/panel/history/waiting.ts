import { resolutionNames, resolutions } from "@tundeck/shared"
import type { WaitingChunk } from "./rollup.ts"
import type { Series } from "./series.ts"

/**
 * Of what waits to be saved goes what is past its time; then, until `most` bytes are left, the oldest of the finest resolution,
 * whosever it is: the next one has its sum. Unix second.
 */
export function dropOldest(series: readonly Series[], second: number, most: number): void {
  const waiting = series.flatMap(({ rollup }) => rollup.waiting().map((chunk) => ({ ...chunk, rollup })))
  let bytes = waiting.reduce((total, chunk) => total + chunk.bytes, 0)
  const finest = ({ resolution }: WaitingChunk) => resolutionNames.indexOf(resolution)
  for (const chunk of waiting.sort((a, b) => finest(a) - finest(b) || a.from - b.from)) {
    if (bytes <= most && !isPast(chunk, second)) continue
    chunk.rollup.drop(chunk)
    bytes -= chunk.bytes
  }
}

function isPast({ resolution, end }: WaitingChunk, second: number): boolean {
  return end < second - resolutions[resolution].keepSeconds
}
