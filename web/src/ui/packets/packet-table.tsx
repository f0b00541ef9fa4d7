import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  type WheelEvent,
} from "react"
import { useTranslation } from "react-i18next"
import { type ColumnName, gridTemplate } from "./columns.ts"
import type { PacketLog } from "./packet-log.ts"
import { PacketLine } from "./packet-row.tsx"
import classes from "./packet-table.module.css"
import type { RowCursor } from "./row-cursor.ts"
import { useViewport } from "./use-viewport.ts"
import { useVerdictTip } from "./verdict-tip.tsx"

const overscan = 6
/** Below this many pixels the columns become three short lines. */
const narrowest = 860

interface PacketTableProps {
  label: string
  log: PacketLog
  cursor: RowCursor
  columns: readonly ColumnName[]
  render: () => void
  /** In place of rows while there are none. */
  empty: ReactNode
  /** What stands over the table's corner, and below it while a row is open. */
  above: ReactNode
  below: ReactNode
}

/**
 * The rows in sight. All rows are of one height, so what is in sight is one division: a virtualizer that keeps a list of sizes
 * would walk all 100,000 whenever the count changes, and here it changes with every frame.
 * An element is used again for the row that takes its place: text changes, the document does not.
 */
export function PacketTable({ label, log, cursor, columns, render, empty, above, below }: PacketTableProps) {
  const { t } = useTranslation("packets")
  const scroller = useRef<HTMLTableSectionElement>(null)
  const pinned = useRef(0)
  const wasUsed = useRef(false)
  const seenAt = useRef("")
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

  const { position: chosen, isOpen } = cursor
  const isFinding = above !== false
  // Only a change of these scrolls to the chosen row: whoever follows, and then pauses, looks at what is there.
  const place = `${chosen} ${height} ${rowHeight}`
  useLayoutEffect(() => {
    if (place === seenAt.current) return
    seenAt.current = place
    if (chosen === undefined || scroller.current === null || !paused) return
    const chosenTop = (chosen - rows.first) * rowHeight
    const { scrollTop } = scroller.current
    const isFar = chosenTop < scrollTop - height || chosenTop > scrollTop + 2 * height
    if (isFar) scroller.current.scrollTop = chosenTop - height / 2
    else if (chosenTop < scrollTop) scroller.current.scrollTop = chosenTop
    else if (chosenTop + rowHeight > scrollTop + height) scroller.current.scrollTop = chosenTop + rowHeight - height
  })
  // What was closed had the keyboard: it goes back to the rows.
  useLayoutEffect(() => {
    if (document.activeElement === document.body && (isOpen || isFinding) === false && wasUsed.current)
      scroller.current?.focus({ preventScroll: true })
    wasUsed.current = isOpen || isFinding
  }, [isOpen, isFinding])

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
    const start = paused ? rows.first + firstInSight : rows.end - 1
    if (event.key === "End") log.follow()
    else if (event.key === "Enter") {
      if (chosen === undefined) cursor.move(1, start)
      cursor.open()
    } else if (event.key === "Escape") {
      if (isOpen) cursor.close()
      else cursor.clear()
    } else if (by === undefined) return
    else cursor.move(by, event.key === "Home" ? rows.first : start)
    event.preventDefault()
  }
  // A row that is pressed shall not move away under the finger.
  const onPointerDown = ({ target }: PointerEvent) => {
    if (lineOf(target) !== null) log.pause()
  }
  const onClick = ({ target }: MouseEvent) => {
    const line = lineOf(target)
    if (line === null || window.getSelection()?.isCollapsed === false) return
    const position = Number(line.getAttribute("aria-rowindex")) - 2
    if (isOpen && position === chosen) cursor.close()
    else {
      cursor.choose(position)
      if (cursor.position === position) cursor.open()
    }
  }

  const extent: CSSProperties & Record<"--extent", string> = { "--extent": `${rows.length * rowHeight}px` }
  const grid: CSSProperties & Record<"--columns", string> = { "--columns": gridTemplate(columns) }
  const least = below === null ? 260 : compact ? 640 : 520
  const lines = []
  for (let index = from; index < to; index++) {
    const position = rows.first + index
    const row = rows.at(position)
    if (row === undefined) continue
    const line = { top: index * rowHeight, rowIndex: position + 2, isChosen: position === chosen }
    lines.push(<PacketLine key={position % elements} row={row} columns={columns} {...line} />)
  }
  return (
    <div
      className={classes.frame}
      data-compact={compact || undefined}
      style={{ ...grid, height: `max(${least}px, calc(100dvh - ${top}px - var(--td-below-packets)))` }}
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
          onPointerDown={onPointerDown}
          onClick={onClick}
          {...handlers}
        >
          {lines}
        </tbody>
      </table>
      {rows.length === 0 && <div className={classes.empty}>{empty}</div>}
      {above}
      {below}
      {tip}
    </div>
  )
}

function lineOf(target: EventTarget): Element | null {
  return target instanceof Element ? target.closest("[aria-rowindex]") : null
}
