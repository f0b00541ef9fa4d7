import { Paper, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import { Logo } from "../../ui/logo.tsx"
import { ThemeMenu } from "../../ui/theme-menu.tsx"
import classes from "./door.module.css"

/** The frame of the pages before sign-in. */
export function Door({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Tundeck`
  }, [title])
  return (
    <main className={classes.door}>
      <div className={classes.theme}>
        <ThemeMenu />
      </div>
      <div className={classes.column}>
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
