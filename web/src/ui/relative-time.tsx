import { Tooltip } from "@mantine/core"
import { formatDateTime, formatRelative } from "../lib/format.ts"
import { useNow } from "../lib/use-now.ts"

/** Time as people say it, the exact one on hover and focus. */
export function RelativeTime({ time }: { time: number }) {
  const now = useNow()
  return (
    <Tooltip label={formatDateTime(time)}>
      <time dateTime={new Date(time).toISOString()} style={{ whiteSpace: "nowrap" }}>
        {formatRelative(time, now)}
      </time>
    </Tooltip>
  )
}
