import { Paper, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import classes from "./door.module.css"
import { Logo } from "./logo.tsx"
import { ThemeMenu } from "./theme-menu.tsx"

interface DoorProps {
  title: string
  note?: string
  /** For more than a form. */
  wide?: boolean
  children: ReactNode
}

/** The frame of the pages that need no sign-in. */
export function Door({ title, note, wide = false, children }: DoorProps) {
  useEffect(() => {
    document.title = `${title} · Tundeck`
  }, [title])
  return (
    <main className={classes.door}>
      <div className={classes.theme}>
        <ThemeMenu />
      </div>
      <div className={classes.column} data-wide={wide || undefined}>
        <div className={classes.brand}>
          <Logo size={40} />
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {note !== undefined && (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          )}
        </div>
        <Paper className={classes.card}>{children}</Paper>
      </div>
    </main>
  )
}
