import { Tooltip } from "@mantine/core"
import classes from "./state-badge.module.css"

export type Tone = "good" | "waiting" | "bad" | "idle"

/** One shape for each tone, so that colour is never the only sign: a disc, a half disc, a triangle, a ring. */
export function StateShape({ tone }: { tone: Tone }) {
  return (
    <svg className={classes.shape} viewBox="0 0 12 12" aria-hidden="true">
      {tone === "good" && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {tone === "waiting" && (
        <>
          <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5Z" fill="currentColor" />
        </>
      )}
      {tone === "bad" && <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />}
      {tone === "idle" && <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />}
    </svg>
  )
}

/** A state as its word and shape. `title` explains it on hover and focus. */
export function StateBadge({ tone, word, title }: { tone: Tone; word: string; title?: string | undefined }) {
  const badge = (
    <span className={classes.badge} data-tone={tone}>
      <StateShape tone={tone} />
      {word}
    </span>
  )
  return title === undefined ? badge : <Tooltip label={title}>{badge}</Tooltip>
}
