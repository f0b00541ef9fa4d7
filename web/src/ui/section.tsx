import { Text, Title } from "@mantine/core"
import { type ReactNode, useId } from "react"
import classes from "./section.module.css"

interface SectionProps {
  title: string
  note?: ReactNode
  actions?: ReactNode
  /** The body reaches the edges: for tables. */
  flush?: boolean
  children: ReactNode
}

/** A titled card; a landmark of its own. */
export function Section({ title, note, actions, flush, children }: SectionProps) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <div className={classes.titles}>
          <Title order={2} id={id} size="15px" fw={600}>
            {title}
          </Title>
          {note !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {note}
            </Text>
          )}
        </div>
        {actions}
      </div>
      <div className={classes.body} data-flush={flush || undefined}>
        {children}
      </div>
    </section>
  )
}
