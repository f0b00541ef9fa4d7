import { type RefObject, useLayoutEffect, useState } from "react"

interface Viewport {
  /** Where the element begins below the document's top; and how much of it can be seen, in pixels. */
  top: number
  width: number
  height: number
}

export function useViewport(element: RefObject<HTMLElement | null>): Viewport {
  const [viewport, setViewport] = useState<Viewport>({ top: 260, width: window.innerWidth - 240, height: 500 })
  useLayoutEffect(() => {
    const node = element.current
    if (node === null) return
    const measure = () => {
      const top = Math.round(node.getBoundingClientRect().top + window.scrollY)
      const { clientWidth: width, clientHeight: height } = node
      setViewport((known) =>
        known.top === top && known.width === width && known.height === height ? known : { top, width, height },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(node)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return viewport
}
