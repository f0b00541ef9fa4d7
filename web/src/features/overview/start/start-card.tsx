import { Text, Title } from "@mantine/core"
import type { ReactNode, Ref } from "react"
import classes from "./start.module.css"

interface StartCardProps {
  icon: ReactNode
  title: string
  text: string
  children?: ReactNode
  foot: ReactNode
  ref?: Ref<HTMLElement>
}

export function StartCard({ icon, title, text, children, foot, ref }: StartCardProps) {
  return (
    <section ref={ref} tabIndex={ref === undefined ? undefined : -1} className={classes.card} aria-label={title}>
      <div className={classes.icon}>{icon}</div>
      <Title order={2} size="16px">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      {children}
      <div className={classes.foot}>{foot}</div>
    </section>
  )
}
