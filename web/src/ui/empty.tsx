import { Stack, Text, Title } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "./empty.module.css"

/** A list without entries: what would stand here, and how it comes about. */
export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <Stack className={classes.empty} align="center" gap={8}>
      {icon !== undefined && <div className={classes.icon}>{icon}</div>}
      <Title order={2} size="17px">
        {title}
      </Title>
      <Text size="sm" c="dimmed" maw={520} component="div">
        {children}
      </Text>
    </Stack>
  )
}
