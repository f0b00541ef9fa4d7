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
  | "peer"
  | "verdict"
  | "reason"
  | "tcp"
  | "key"
>

/** A row stands for several packets where a segment train went whole. */
export const packetsOf = ({ packets = 1 }: AnalysedRow): number => packets
