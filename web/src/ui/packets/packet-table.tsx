import { type CSSProperties, type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, type WheelEvent } from "react"
import { useTranslation } from "react-i18next"
import type { PacketLog } from "./packet-log.ts"
import { PacketLine } from "./packet-row.tsx"
import classes from "./packets.module.css"
import { useViewport } from "./use-viewport.ts"
import { useVerdictTip } from "./verdict-tip.tsx"

const columns = ["time", "direction", "length", "source", "destination", "protocol", "info", "verdict"] as const
const overscan = 6
/** Below this many pixels the eight columns become three short lines. */
const narrowest = 860

interface PacketTableProps {
  label: string
  log: PacketLog
  render: () => void
  /** In place of rows while there are none. */
  empty: ReactNode
}

/**
 * The rows in sight. All rows are of one height, so what is in sight is one division: a virtualizer that keeps a list of sizes
 * would walk all 100,000 whenever the count changes, and here it changes with every frame.
 * An element is used again for the row that takes its place: text changes, the document does not.
 */
export function PacketTable({ label, log, render, empty }: PacketTableProps) {
  const { t } = useTranslation("packets")
  const scroller = useRef<HTMLTableSectionElement>(null)
  const pinned = useRef(0)
  const { top, width, height } = useViewport(scroller)
  const compact = width < narrowest
  const rowHeight = compact ? 66 : 27
  const { tip, handlers } = useVerdictTip()
  const { rows, paused } = log

  const fitting = Math.ceil(height / rowHeight)
  const newest = Math.max(0, rows.length - fitting)
  const firstInSight = paused ? Math.floor((scroller.current?.scrollTop ?? 0) / rowHeight) : newest
  const from = Math.max(0, Math.min(firstInSight, newest) - overscan)
  const to = Math.min(rows.length, from + fitting + 2 * overscan)
  const elements = fitting + 2 * overscan

  useLayoutEffect(() => {
    if (paused || scroller.current === null) return
    scroller.current.scrollTop = rows.length * rowHeight
    pinned.current = scroller.current.scrollTop
  })

  const onScroll = () => {
    if (scroller.current === null) return
    const { scrollTop, scrollHeight, clientHeight } = scroller.current
    // Above where it was pinned, and not because the table became shorter or its window higher: someone scrolled up.
    if (scrollTop < Math.min(pinned.current, scrollHeight - clientHeight) - rowHeight / 2) log.pause()
    if (log.paused) render()
  }
  const onWheel = ({ deltaY }: WheelEvent) => {
    if (deltaY < 0 && rows.length > fitting) log.pause()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: 1 - fitting, PageDown: fitting - 1, Home: -rows.length }[event.key]
    if (event.key === "End") log.follow()
    else if (by === undefined || scroller.current === null) return
    else {
      if (by < 0) log.pause()
      scroller.current.scrollTop += by * rowHeight
    }
    event.preventDefault()
  }

  const extent: CSSProperties & Record<"--extent", string> = { "--extent": `${rows.length * rowHeight}px` }
  const lines = []
  for (let index = from; index < to; index++) {
    const position = rows.first + index
    const row = rows.at(position)
    if (row === undefined) continue
    lines.push(<PacketLine key={position % elements} row={row} top={index * rowHeight} rowIndex={position + 2} />)
  }
  return (
    <div
      className={classes.frame}
      data-compact={compact || undefined}
      style={{ height: `max(260px, calc(100dvh - ${top}px - var(--td-below-packets)))` }}
    >
      <table className={classes.table} aria-label={label} aria-rowcount={rows.end + 1}>
        <thead>
          <tr className={classes.head}>
            {columns.map((column) => (
              <th key={column} scope="col" className={classes[column]}>
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          ref={scroller}
          className={classes.body}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          style={extent}
          onScroll={onScroll}
          onWheel={onWheel}
          onKeyDown={onKeyDown}
          {...handlers}
        >
          {lines}
        </tbody>
      </table>
      {rows.length === 0 && <div className={classes.empty}>{empty}</div>}
      {tip}
    </div>
  )
}
