// What is measured of a carrier in one turn.
export const figureKeys = [
  // TCP goodput in Gb/s, from b to a and back.
  "oneStream",
  "oneStreamBack",
  "eightStreams",
  "eightStreamsBack",
  // CPU seconds of both ends per gigabyte of these four; null for the wire, which no process carries.
  "cpuPerGigabyte",
  // UDP packets of so many bytes, IP header and all, that arrive per second of those that come as fast as the sender can; the share lost.
  "packets64",
  "lost64",
  "packets512",
  "lost512",
  "packets1400",
  "lost1400",
  // Likewise of 100-byte packets at 100,000 a second.
  "paced",
  "pacedLost",
  // Round trips in ms: just started, after all of the above, and while one TCP stream runs at full speed.
  "coldMedian",
  "cold99",
  "idleMedian",
  "idle99",
  "loadedMedian",
  "loaded99",
  "loadedLost",
  // Megabytes resident at the end, both ends together.
  "memory",
] as const

export type FigureKey = (typeof figureKeys)[number]
export type Figures = Record<FigureKey, number | null>

/** By round; null where it failed. So the n-th of two contenders belong together. */
export type Rounds = Record<string, (Figures | null)[]>
