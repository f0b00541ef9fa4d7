import type { DropReason, PacketSummary } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { memo, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../lib/drop-reason.ts"
import { formatClock, formatCount } from "../../lib/format.ts"
import { StateShape } from "../state-badge.tsx"
import type { ColumnName } from "./columns.ts"
import { markedInfo } from "./marks.ts"
import type { GapRow, PacketRow } from "./packet-log.ts"
import classes from "./packet-row.module.css"
import { protocolFamily } from "./protocol-family.ts"

interface RowProps<Row> {
  row: Row
  top: number
  rowIndex: number
  columns: readonly ColumnName[]
  isChosen: boolean
}

/** One line of the table. The element is used again for other rows, so all of it depends on its props alone. */
export const PacketLine = memo(function PacketLine({ row, ...rest }: RowProps<PacketRow>) {
  return "gap" in row ? <Gap row={row} {...rest} /> : <Packet row={row} {...rest} />
})

function Packet({ row, top, rowIndex, columns, isChosen }: RowProps<PacketSummary>) {
  const { t } = useTranslation("packets")
  return (
    <tr
      className={classes.row}
      aria-rowindex={rowIndex}
      aria-current={isChosen || undefined}
      data-verdict={row.verdict}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map((name) => cells[name](row, t))}
    </tr>
  )
}

/** Functions, no components: a row is drawn in every frame, and has ten of them. */
const cells: Record<ColumnName, (row: PacketSummary, t: TFunction<"packets">) => ReactNode> = {
  number: ({ number }) => (
    <td key="number" className={classes.number}>
      {formatCount(number)}
    </td>
  ),
  time: ({ time }) => (
    <td key="time" className={classes.time}>
      {formatClock(time)}
    </td>
  ),
  direction: ({ direction }, t) => (
    <td key="direction" className={classes.direction} data-direction={direction}>
      <span aria-hidden="true">{direction === "outbound" ? "→" : "←"}</span> {t(`direction.${direction}`)}
    </td>
  ),
  length: ({ length }) => (
    <td key="length" className={classes.length}>
      {formatCount(length)}
    </td>
  ),
  source: ({ source }) => (
    <td key="source" className={classes.source} title={source}>
      {source}
    </td>
  ),
  destination: ({ destination }) => (
    <td key="destination" className={classes.destination} title={destination}>
      {destination}
    </td>
  ),
  protocol: ({ protocol }) => (
    <td key="protocol" className={classes.protocol} data-family={protocolFamily(protocol)} title={protocol}>
      {protocol}
    </td>
  ),
  peer: ({ peer }) => (
    <td key="peer" className={classes.peer} title={peer}>
      {peer}
    </td>
  ),
  info: (row) => {
    const { marks, isTrouble, rest } = markedInfo(row)
    return (
      <td key="info" className={classes.info} title={row.info}>
        {marks !== "" && <span className={isTrouble ? classes.trouble : classes.mark}>{marks}</span>}
        {rest}
      </td>
    )
  },
  verdict: (row, t) =>
    row.reason === undefined ? (
      <td key="verdict" className={classes.verdict} title={costInWords(row, t)}>
        {t(`verdict.${row.verdict}`)}
        <span className={classes.cost}>{cost(row)}</span>
      </td>
    ) : (
      <td key="verdict" className={classes.verdict} data-reason={row.reason} data-errno={row.errno}>
        <StateShape tone="bad" />
        <span className={classes.cut}>{droppedBecause(row.reason, t)}</span>
      </td>
    ),
}
/** `+60 B · 38 µs`: beside its own bytes on the wire, and the time that it took here. */
function cost({ overhead, insideMicroseconds }: PacketSummary): string {
  const bytes = overhead === undefined ? [] : [`+${overhead} B`]
  return [...bytes, `${formatCount(insideMicroseconds)} µs`].join(" · ")
}

export function costInWords(
  { peer, overhead, bundle, batch, packets, insideMicroseconds }: PacketSummary,
  t: TFunction<"packets">,
) {
  return [
    peer !== undefined && t("cost.peer", { peer }),
    overhead !== undefined && t("cost.overhead", { bytes: formatCount(overhead) }),
    bundle !== undefined && t("cost.bundle", { packets: formatCount(bundle) }),
    packets !== undefined && t("cost.train", { packets: formatCount(packets) }),
    batch > 1 && t("cost.batch", { packets: formatCount(batch) }),
    t("cost.inside", { microseconds: formatCount(insideMicroseconds) }),
  ]
    .filter((part) => part !== false)
    .join("\n")
}

/** "dropped: no peer is connected" */
export function droppedBecause(reason: DropReason, t: TFunction<"packets">): string {
  const { title } = dropReasonText(reason)
  return t("droppedBecause", { reason: title.charAt(0).toLowerCase() + title.slice(1) })
}

function Gap({ row, top, rowIndex, columns }: RowProps<GapRow>) {
  const { t } = useTranslation("packets")
  const count = row.packets ?? 0
  const words = t(`gap.${row.gap}`, { count, packets: formatCount(count) })
  return (
    <tr className={classes.gap} aria-rowindex={rowIndex} style={{ transform: `translateY(${top}px)` }}>
      <td colSpan={columns.length} title={words}>
        <span>{words}</span>
      </td>
    </tr>
  )
}
