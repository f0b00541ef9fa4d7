import { type RefObject, useLayoutEffect, useState } from "react"

/** Where an element begins below the document's top, and how much of it can be seen, in pixels. */
export function useViewport(element: RefObject<HTMLElement | null>): { top: number; height: number } {
  const [viewport, setViewport] = useState({ top: 260, height: 500 })
  useLayoutEffect(() => {
    const node = element.current
    if (node === null) return
    const measure = () => {
      const top = Math.round(node.getBoundingClientRect().top + window.scrollY)
      const height = node.clientHeight
      setViewport((known) => (known.top === top && known.height === height ? known : { top, height }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(node)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return viewport
}
