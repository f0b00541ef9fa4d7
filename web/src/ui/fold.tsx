import { IconChevronRight } from "@tabler/icons-react"
import { type ReactNode, useEffect, useState } from "react"
import classes from "./fold.module.css"

interface FoldProps {
  title: string
  /** Beside the title while it is folded: what is inside, in short. */
  summary?: string
  /** Something inside must be seen, such as a field that is not right. */
  mustOpen?: boolean
  children: ReactNode
}

/** A group that most people leave folded. */
export function Fold({ title, summary, mustOpen = false, children }: FoldProps) {
  const [open, setOpen] = useState(mustOpen)
  useEffect(() => {
    if (mustOpen) setOpen(true)
  }, [mustOpen])
  return (
    <details className={classes.fold} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>
        <IconChevronRight className={classes.mark} size={16} aria-hidden />
        <span className={classes.title}>{title}</span>
        {!open && summary !== undefined && <span className={classes.inside}>{summary}</span>}
      </summary>
      <div className={classes.body}>{children}</div>
    </details>
  )
}
