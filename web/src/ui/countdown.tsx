import { Tooltip } from "@mantine/core"
import { formatDateTime, formatDuration } from "../lib/format.ts"
import { useNow } from "../lib/use-now.ts"

/** How long it is until `time`, Unix ms, second by second; `over` once it is past. The exact time on hover and focus. */
export function Countdown({ time, over }: { time: number; over: string }) {
  const left = time - useNow()
  return (
    <Tooltip label={formatDateTime(time)}>
      <time dateTime={new Date(time).toISOString()} style={{ whiteSpace: "nowrap" }}>
        {left > 0 ? formatDuration(left) : over}
      </time>
    </Tooltip>
  )
}
