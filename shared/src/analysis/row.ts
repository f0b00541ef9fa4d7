import type { PacketSummary } from "../model/packet-summary.ts"

/** What the analysis reads of a row. */
export type AnalysedRow = Pick<
  PacketSummary,
  | "number"
  | "time"
  | "direction"
  | "length"
  | "packets"
  | "source"
  | "destination"
  | "protocol"
  | "sourcePort"
  | "destinationPort"
  | "verdict"
  | "reason"
  | "key"
> & { tcp?: { marks: readonly string[] } | undefined }

/** A row stands for several packets where a segment train went whole. */
export const packetsOf = ({ packets = 1 }: AnalysedRow): number => packets
