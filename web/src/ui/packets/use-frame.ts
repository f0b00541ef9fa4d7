import { useCallback, useEffect, useReducer, useRef } from "react"
import { flushSync } from "react-dom"

/** Renders the component again, at most once in an animation frame and within it. */
export function useFrame(): () => void {
  const render = useReducer((count: number) => count + 1, 0)[1]
  const asked = useRef(0)
  useEffect(() => () => cancelAnimationFrame(asked.current), [])
  return useCallback(() => {
    if (asked.current !== 0) return
    asked.current = requestAnimationFrame(() => {
      asked.current = 0
      flushSync(render)
    })
  }, [])
}
