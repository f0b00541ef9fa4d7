import { type Filter, type FilterFault, longestFilter, type ReadFilter, readFilter } from "@tundeck/shared"
import { useEffect, useMemo, useRef, useState } from "react"

/** How long nothing is typed before a fault is shown, and before the address of the page follows. */
const restMs = 500

export interface TypedFilter {
  text: string
  /** The last one that could be read: what the table shows while another is typed. */
  filter: Filter | undefined
  /** Only when the typing rests: half a word is no fault. */
  fault: FilterFault | undefined
  type: (text: string) => void
  /** Judges at once what was typed. */
  settle: () => void
}

const unfiltered: Partial<ReadFilter> = {}

interface FilterPlace {
  /** As it stands in the address of the page. */
  filter: string
  onFilter: (text: string) => void
  tunnel: readonly string[]
}

/** A filter as it is typed; it follows the address when that changes, and the address follows it. */
export function useFilter({ filter: given, onFilter, tunnel }: FilterPlace): TypedFilter {
  const [typed, setTyped] = useState({ text: given, seen: given, sent: given, rested: true })
  const { text, seen, sent, rested } = typed
  // Our own text comes back through the address, perhaps after more was typed; another is a link that was followed.
  if (seen !== given) {
    setTyped(given === sent ? { ...typed, seen: given } : { text: given, seen: given, sent: given, rested: true })
  }
  const names = tunnel.join(" ")
  const read = useMemo(
    () => (text.trim() === "" ? unfiltered : readFilter(text, { tunnel: names.split(" ") })),
    [text, names],
  )
  const [filter, setFilter] = useState(read.filter)
  if (read.fault === undefined && filter !== read.filter) setFilter(read.filter)

  const settle = () => {
    if (rested) return
    // An address that no server would read is no link.
    const isLink = text.length <= longestFilter
    setTyped({ ...typed, sent: isLink ? text : sent, rested: true })
    if (isLink) onFilter(text)
  }
  const latest = useRef(settle)
  useEffect(() => {
    latest.current = settle
  })
  useEffect(() => {
    if (rested) return
    const timer = setTimeout(() => latest.current(), text === "" ? 0 : restMs)
    return () => clearTimeout(timer)
  }, [text, rested])
  return {
    text,
    filter,
    fault: rested ? read.fault : undefined,
    type: (next) => setTyped({ ...typed, text: next, rested: false }),
    settle,
  }
}
