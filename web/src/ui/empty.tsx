import { Stack, Text, Title } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "./empty.module.css"

interface EmptyProps {
  icon?: ReactNode
  title: string
  /** Inside a Section: without a frame of its own. */
  plain?: boolean
  children?: ReactNode
}

/** A list without entries: what would stand here, and how it comes about. */
export function Empty({ icon, title, plain, children }: EmptyProps) {
  return (
    <Stack className={classes.empty} data-plain={plain || undefined} align="center" gap={8}>
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
