import { Group, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import classes from "./page.module.css"

interface PageProps {
  title: string
  /** Beside the title: a state badge, a kind. */
  beside?: ReactNode
  /** Under the title, one quiet sentence. */
  note?: ReactNode
  /** Above the title: where one came from. */
  crumb?: ReactNode
  /** At the right: one primary action, few others. */
  actions?: ReactNode
  width?: "form" | "wide" | "full"
  children: ReactNode
}

/** The frame of every page: title, one primary action, content. */
export function Page({ title, beside, note, crumb, actions, width = "full", children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Tundeck`
  }, [title])
  return (
    <div className={classes.page} data-width={width}>
      <header className={classes.head}>
        <div className={classes.titles}>
          {crumb !== undefined && <div className={classes.crumb}>{crumb}</div>}
          <Group gap="sm" align="center">
            <Title order={1} className={classes.title}>
              {title}
            </Title>
            {beside}
          </Group>
          {note !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {note}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
