import { Text } from "@mantine/core"
import type { CaptureCause, SavedCapture } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { dropReasonText } from "../../../lib/drop-reason.ts"
import { formatBytes, formatCount, formatDuration } from "../../../lib/format.ts"
import { Mono } from "../../../ui/mono.tsx"
import { RelativeTime } from "../../../ui/relative-time.tsx"
import type { Column } from "../../../ui/table/columns.ts"
import { SavedActions } from "./saved-actions.tsx"

export function savedColumns(t: TFunction<"tunnels">): Column<SavedCapture>[] {
  return [
    {
      id: "time",
      header: t("capture.column.time"),
      card: "title",
      width: "128px",
      sortBy: ({ time }) => -time,
      cell: ({ time }) => <RelativeTime time={time} />,
    },
    {
      id: "why",
      header: t("capture.column.why"),
      cell: ({ causes, filter }) => (
        <>
          {causes.map((cause) => (
            <div key={JSON.stringify(cause)}>{causeText(t, cause)}</div>
          ))}
          {filter !== undefined && (
            <Text size="xs" c="dimmed" component="div">
              {t("capture.only")} <Mono>{filter}</Mono>
            </Text>
          )}
        </>
      ),
    },
    {
      id: "seconds",
      header: t("capture.column.seconds"),
      width: "120px",
      align: "right",
      sortBy: ({ seconds }) => -seconds,
      cell: ({ seconds }) => formatDuration(seconds * 1000),
    },
    {
      id: "packets",
      header: t("capture.column.packets"),
      width: "104px",
      align: "right",
      sortBy: ({ packets }) => -packets,
      cell: ({ packets }) => formatCount(packets),
    },
    {
      id: "bytes",
      header: t("capture.column.bytes"),
      width: "104px",
      align: "right",
      sortBy: ({ bytes }) => -bytes,
      cell: ({ bytes }) => formatBytes(bytes),
    },
    {
      id: t("capture.column.actions"),
      header: "",
      width: "104px",
      align: "right",
      cell: (capture) => <SavedActions capture={capture} />,
    },
  ]
}

function causeText(t: TFunction<"tunnels">, cause: CaptureCause): string {
  switch (cause.kind) {
    case "asked":
      return t("capture.cause.asked", { name: cause.by })
    case "drop":
      return t(`capture.cause.${cause.direction}`, { reason: dropReasonText(cause.reason).title })
    case "down":
      return t("capture.cause.down")
  }
}
