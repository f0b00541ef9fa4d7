import { Button, Skeleton, Stack } from "@mantine/core"
import { IconHistory } from "@tabler/icons-react"
import type { HostEvent } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useEvents } from "../../lib/events.ts"
import { Aged } from "../aged.tsx"
import { Empty } from "../empty.tsx"
import { ProblemNotice } from "../problem-notice.tsx"
import { EventList } from "./event-list.tsx"

interface EventFeedProps {
  label: string
  /** Which events; all when left out. */
  about?: (event: HostEvent) => boolean
  plain?: boolean
}

/** The time line as it grows, with older pages on demand. */
export function EventFeed({ label, about = () => true, plain = false }: EventFeedProps) {
  const { t } = useTranslation("events")
  const { t: common } = useTranslation()
  const { events, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, dataUpdatedAt } = useEvents()
  if (events === undefined) {
    if (error === null) return <FeedSkeleton label={label} />
    const what = common("problem.failedLoad", { what: label })
    return <ProblemNotice error={error} what={what} onRetry={() => void refetch()} />
  }
  const shown = events.filter(about)
  return (
    <Aged updatedAt={dataUpdatedAt}>
      <Stack gap="md">
        {shown.length > 0 && <EventList label={label} events={shown} plain={plain} />}
        {shown.length === 0 && !hasNextPage && (
          <Empty icon={<IconHistory size={26} stroke={1.5} aria-hidden />} title={t("empty.title")}>
            {t("empty.text")}
          </Empty>
        )}
        {hasNextPage && (
          <Button
            variant="default"
            style={{ alignSelf: "center" }}
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t("earlier")}
          </Button>
        )}
      </Stack>
    </Aged>
  )
}

function FeedSkeleton({ label }: { label: string }) {
  const { t } = useTranslation()
  return (
    <Stack gap={14} role="status" aria-label={t("table.loading", { what: label })}>
      {["62%", "48%", "71%", "55%", "66%", "44%"].map((width) => (
        <Skeleton key={width} height={18} width={width} />
      ))}
    </Stack>
  )
}
