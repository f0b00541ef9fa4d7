import { type KeyboardEvent, memo, type SyntheticEvent, useId, useLayoutEffect, useMemo, useRef } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../lib/format.ts"
import { usePhone } from "../../lib/use-phone.ts"
import classes from "./field-bytes.module.css"
import { keepInSight } from "./keep-in-sight.ts"

interface Range {
  start: number
  length: number
}

interface ByteGridProps {
  bytes: Uint8Array
  lit: Range | undefined
  /** Where the keyboard is. */
  chosen: number | undefined
  onChoose: (byte: number) => void
  onPoint: (byte: number | undefined) => void
}

/** Each is an element of the document. */
const mostShown = 4096

/** Bytes as hexadecimal numbers and as characters. The keyboard stays on the grid, arrow keys move within it. */
export function ByteGrid({ bytes, lit, chosen, onChoose, onPoint }: ByteGridProps) {
  const { t } = useTranslation()
  const id = useId()
  const pane = useRef<HTMLDivElement>(null)
  const perLine = usePhone() ? 8 : 16
  const shown = useMemo(() => bytes.subarray(0, mostShown), [bytes])
  const width = Math.max(4, (shown.length - 1).toString(16).length)
  const seek = chosen ?? lit?.start

  useLayoutEffect(() => {
    const line = seek === undefined ? null : document.getElementById(`${id}-${seek}`)
    if (pane.current !== null && line !== null) keepInSight(pane.current, line)
  }, [seek, id])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perLine, ArrowDown: perLine }[event.key]
    const at = chosen ?? 0
    if (event.key === "Home") onChoose(0)
    else if (event.key === "End") onChoose(shown.length - 1)
    else if (step === undefined) return
    else if (chosen === undefined) onChoose(0)
    else if (at + step >= 0 && at + step < shown.length) onChoose(at + step)
    event.preventDefault()
    event.stopPropagation()
  }
  const byteUnder = ({ target }: SyntheticEvent) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-byte]") : null
    return cell === null ? undefined : Number(cell.dataset.byte)
  }

  const lines = []
  for (let start = 0; start < shown.length; start += perLine) {
    const end = Math.min(start + perLine, shown.length)
    const from = lit === undefined ? end : Math.min(Math.max(lit.start, start), end)
    const to = lit === undefined ? end : Math.min(Math.max(lit.start + lit.length, from), end)
    const cursor = chosen !== undefined && chosen >= start && chosen < end ? chosen : -1
    const place = { start, end, from, to, cursor, perLine, width }
    lines.push(<ByteLine key={start} id={id} bytes={shown} {...place} />)
  }
  return (
    <div ref={pane} className={classes.bytes}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked by arrow keys
        role="grid"
        aria-label={t("bytes.bytes")}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerOver={(event) => onPoint(byteUnder(event))}
        onPointerLeave={() => onPoint(undefined)}
        onPointerDown={(event) => {
          const byte = byteUnder(event)
          if (byte !== undefined) onChoose(byte)
        }}
      >
        <tbody>{lines}</tbody>
      </table>
      {bytes.length > mostShown && (
        <p className={classes.rest}>{t("bytes.rest", { bytes: formatCount(bytes.length - mostShown) })}</p>
      )}
    </div>
  )
}

interface ByteLineProps {
  id: string
  bytes: Uint8Array
  start: number
  end: number
  /** What is lit of this line. */
  from: number
  to: number
  /** -1: on another line. */
  cursor: number
  perLine: number
  width: number
}

const ByteLine = memo(function ByteLine(props: ByteLineProps) {
  const { id, bytes, start, end, from, to, cursor, perLine, width } = props
  const places = Array.from({ length: end - start }, (_, index) => start + index)
  const isLit = (byte: number) => (byte >= from && byte < to) || undefined
  const hex = places.map((byte) => (
    <td
      key={byte}
      id={`${id}-${byte}`}
      data-byte={byte}
      data-lit={isLit(byte)}
      data-joined={(byte + 1 < to && isLit(byte)) || undefined}
      data-chosen={byte === cursor || undefined}
    >
      {(bytes[byte] ?? 0).toString(16).padStart(2, "0")}
    </td>
  ))
  return (
    <tr>
      <th scope="row">{start.toString(16).padStart(width, "0")}</th>
      {hex}
      {end - start < perLine && <td colSpan={perLine - (end - start)} />}
      <td className={classes.characters} aria-hidden="true">
        {places.map((byte) => (
          <span key={byte} data-byte={byte} data-lit={isLit(byte)}>
            {characterOf(bytes[byte] ?? 0)}
          </span>
        ))}
      </td>
    </tr>
  )
})

function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"
}
