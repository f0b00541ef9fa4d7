import type { PacketSummary } from "@tundeck/shared"
import { memo } from "react"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../lib/drop-reason.ts"
import { formatClock, formatCount } from "../../lib/format.ts"
import { StateShape } from "../state-badge.tsx"
import type { GapRow, PacketRow } from "./packet-log.ts"
import classes from "./packets.module.css"
import { protocolFamily } from "./protocol-family.ts"

interface RowProps<Row> {
  row: Row
  top: number
  rowIndex: number
}

/** One line of the table. The element is used again for other rows, so all of it depends on its props alone. */
export const PacketLine = memo(function PacketLine({ row, top, rowIndex }: RowProps<PacketRow>) {
  return "gap" in row ? (
    <Gap row={row} top={top} rowIndex={rowIndex} />
  ) : (
    <Packet row={row} top={top} rowIndex={rowIndex} />
  )
})

function Packet({ row, top, rowIndex }: RowProps<PacketSummary>) {
  const { t } = useTranslation("packets")
  return (
    <tr
      className={classes.row}
      aria-rowindex={rowIndex}
      data-verdict={row.verdict}
      style={{ transform: `translateY(${top}px)` }}
    >
      <td className={classes.time}>{formatClock(row.time)}</td>
      <td className={classes.direction} data-direction={row.direction}>
        <span aria-hidden="true">{row.direction === "outbound" ? "→" : "←"}</span> {t(`direction.${row.direction}`)}
      </td>
      <td className={classes.length}>{formatCount(row.length)}</td>
      <td className={classes.source} title={row.source}>
        {row.source}
      </td>
      <td className={classes.destination} title={row.destination}>
        {row.destination}
      </td>
      <td className={classes.protocol} data-family={protocolFamily(row.protocol)} title={row.protocol}>
        {row.protocol}
      </td>
      <td className={classes.info} title={row.info}>
        {row.info}
      </td>
      {row.reason === undefined ? (
        <td className={classes.verdict}>{t(`verdict.${row.verdict}`)}</td>
      ) : (
        <td className={classes.verdict} data-reason={row.reason} data-errno={row.errno}>
          <StateShape tone="bad" />
          <span className={classes.cut}>
            {t("droppedBecause", { reason: inSentence(dropReasonText(row.reason).title) })}
          </span>
        </td>
      )}
    </tr>
  )
}

const inSentence = (title: string) => title.charAt(0).toLowerCase() + title.slice(1)

function Gap({ row, top, rowIndex }: RowProps<GapRow>) {
  const { t } = useTranslation("packets")
  const count = row.packets ?? 0
  const words = t(`gap.${row.gap}`, { count, packets: formatCount(count) })
  return (
    <tr className={classes.gap} aria-rowindex={rowIndex} style={{ transform: `translateY(${top}px)` }}>
      <td colSpan={8} title={words}>
        <span>{words}</span>
      </td>
    </tr>
  )
}
