import type { FilteredRow } from "../filter/filter.ts"
import { packetKeyOf } from "../filter/key/packet-key.ts"
import { dropReasonOf, passed } from "../model/verdict.ts"
import { type LinkType, summarize } from "../packets/summarize.ts"
import type { CaptureRecord } from "./record.ts"

/** What a filter can ask of a captured packet: the same as of its row in the live table, as far as its bytes were kept. */
export function capturedRow(
  { bytes, wireLength, direction, verdict, errno }: CaptureRecord,
  link: LinkType,
  peer: string | null | undefined,
  errnoName: (errno: number) => string,
): FilteredRow {
  const { protocol, info } = summarize(bytes, wireLength, link)
  const reason = dropReasonOf(verdict)
  return {
    ...{ length: wireLength, direction, protocol, info, key: packetKeyOf(bytes, wireLength, link) },
    verdict: verdict === passed ? (direction === "outbound" ? "sent" : "delivered") : "dropped",
    ...(peer != null && { peer }),
    ...(reason !== undefined && { reason }),
    ...(errno > 0 && { errno: errnoName(errno) }),
  }
}
