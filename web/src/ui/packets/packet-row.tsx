import type { PacketSummary } from "@tundeck/shared"
import type { TFunction } from "i18next"
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
        <td className={classes.verdict} title={costInWords(row, t)}>
          {t(`verdict.${row.verdict}`)}
          <span className={classes.cost}>{cost(row)}</span>
        </td>
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

/** `+60 B · 38 µs`: beside its own bytes on the wire, and the time that it took here. */
function cost({ overhead, insideMicroseconds }: PacketSummary): string {
  const bytes = overhead === undefined ? [] : [`+${overhead} B`]
  return [...bytes, `${formatCount(insideMicroseconds)} µs`].join(" · ")
}

function costInWords({ peer, overhead, batch, packets, insideMicroseconds }: PacketSummary, t: TFunction<"packets">) {
  return [
    peer !== undefined && t("cost.peer", { peer }),
    overhead !== undefined && t("cost.overhead", { bytes: formatCount(overhead) }),
    packets !== undefined && t("cost.train", { packets: formatCount(packets) }),
    batch > 1 && t("cost.batch", { packets: formatCount(batch) }),
    t("cost.inside", { microseconds: formatCount(insideMicroseconds) }),
  ]
    .filter((part) => part !== false)
    .join("\n")
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
