import { useEffect, useRef } from "react"
import { create } from "zustand"

/** Keys that do something on the page now: one key ("/", "space", "?") or two in a row ("g t"). */
interface Shortcut {
  keys: string
  label: string
  act: () => void
}

export const useShortcuts = create<{ list: readonly Shortcut[] }>(() => ({ list: [] }))

/** While the component is on the page, the keys act and stand in the `?` list. */
export function useShortcut(keys: string, label: string, act: () => void): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const shortcut: Shortcut = { keys, label, act: () => latest.current() }
    useShortcuts.setState(({ list }) => ({ list: [...list, shortcut] }))
    return () => useShortcuts.setState(({ list }) => ({ list: list.filter((other) => other !== shortcut) }))
  }, [keys, label])
}

const pairWithinMs = 1_200
let previous = { key: "", at: 0 }

/** Listens for the whole page. Keys typed into a field, and keys with Ctrl, Alt or Meta, are left alone. */
export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || typesText(event.target)) return
    const key = event.key === " " ? "space" : event.key
    if (
      key === "space" &&
      event.target instanceof HTMLElement &&
      event.target.closest("button, a, [role=button], summary")
    )
      return
    const pair = event.timeStamp - previous.at < pairWithinMs ? `${previous.key} ${key}` : ""
    previous = { key, at: event.timeStamp }
    const { list } = useShortcuts.getState()
    const shortcut = list.findLast(({ keys }) => keys === pair) ?? list.findLast(({ keys }) => keys === key)
    if (!shortcut) return
    event.preventDefault()
    previous = { key: "", at: 0 }
    shortcut.act()
  }
  window.addEventListener("keydown", onKey)
  return () => window.removeEventListener("keydown", onKey)
}

function typesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [role=dialog]") !== null
  )
}
