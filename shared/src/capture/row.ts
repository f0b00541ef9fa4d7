import type { FilteredRow } from "../filter/filter.ts"
import { packetKeyOf } from "../filter/key/packet-key.ts"
import { rowInfo } from "../model/packet-summary.ts"
import { dropReasonOf, passed } from "../model/verdict.ts"
import type { TcpFlows } from "../packets/flows/tcp-flows.ts"
import type { LinkType } from "../packets/summarize.ts"
import type { CaptureRecord } from "./record.ts"

/**
 * What a filter can ask of a captured packet: the same as of its row in the live table, as far as its bytes were kept.
 * @param flows the packets before it, in their order
 */
export function capturedRow(
  { bytes, wireLength, time, direction, injected, verdict, errno }: CaptureRecord,
  link: LinkType,
  flows: TcpFlows,
  peer: string | null | undefined,
  errnoName: (errno: number) => string,
): FilteredRow {
  const { protocol, info, tcp } = flows.summarize(bytes, wireLength, link, time, direction)
  const reason = dropReasonOf(verdict)
  return {
    ...{ length: wireLength, direction, protocol, key: packetKeyOf(bytes, wireLength, link) },
    info: rowInfo(info, injected),
    ...(injected && { injected }),
    ...(tcp && { tcp }),
    verdict: verdict === passed ? (direction === "outbound" ? "sent" : "delivered") : "dropped",
    ...(peer != null && { peer }),
    ...(reason !== undefined && { reason }),
    ...(errno > 0 && { errno: errnoName(errno) }),
  }
}
