import type { LiveTopic } from "@tundeck/shared"
import { useEffect, useRef } from "react"
import { type LiveMessages, subscribeLive } from "./connection.ts"

/**
 * Hears a topic of the live connection while the component is on the page. `packets` wants the tunnel's id;
 * with `enabled: false` nothing is subscribed.
 */
export function useLive<T extends LiveTopic>(
  topic: T,
  handler: (message: LiveMessages[T]) => void,
  { tunnel, enabled = true }: { tunnel?: string | undefined; enabled?: boolean } = {},
): void {
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useEffect(() => {
    if (!enabled) return
    // The connection passes on only messages of this topic.
    return subscribeLive({ topic, tunnel, receive: (message) => latest.current(message as LiveMessages[T]) })
  }, [topic, tunnel, enabled])
}
