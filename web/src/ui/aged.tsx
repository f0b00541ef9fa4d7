import { Text } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLiveConnection } from "../lib/live/store.ts"
import classes from "./aged.module.css"
import { RelativeTime } from "./relative-time.tsx"

/** Data of the panel: while the connection is lost it stays, greyed, with its age. */
export function Aged({ updatedAt, children }: { updatedAt: number; children: ReactNode }) {
  const { t } = useTranslation()
  const lost = useLiveConnection(({ state }) => state === "lost")
  return (
    <div className={classes.aged} data-lost={lost || undefined}>
      {lost && updatedAt > 0 && (
        <Text size="sm" c="dimmed">
          {t("connection.age")} <RelativeTime time={updatedAt} />
        </Text>
      )}
      <div className={classes.content}>{children}</div>
    </div>
  )
}
