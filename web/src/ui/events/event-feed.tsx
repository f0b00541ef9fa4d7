import { Button, Skeleton, Stack, Text } from "@mantine/core"
import { IconHistory } from "@tabler/icons-react"
import type { HostEvent } from "@tundeck/shared"
import { useEffect } from "react"
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

/** A log of one subject reads on by itself until it has this much, or has read so many pages. */
const enough = 12
const mostPages = 5

/** The time line as it grows, with older pages on demand. */
export function EventFeed({ label, about = () => true, plain = false }: EventFeedProps) {
  const { t } = useTranslation("events")
  const { t: common } = useTranslation()
  const { events, data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, dataUpdatedAt } = useEvents()
  const shown = events?.filter(about)
  const looksOn = shown !== undefined && shown.length < enough && hasNextPage && (data?.pages.length ?? 0) < mostPages
  useEffect(() => {
    if (looksOn && !isFetchingNextPage) void fetchNextPage()
  }, [looksOn, isFetchingNextPage, fetchNextPage])

  if (events === undefined || shown === undefined) {
    if (error === null) return <FeedSkeleton label={label} />
    const what = common("problem.failedLoad", { what: label })
    return <ProblemNotice error={error} what={what} onRetry={() => void refetch()} />
  }
  return (
    <Aged updatedAt={dataUpdatedAt}>
      <Stack gap="md">
        {shown.length > 0 && <EventList label={label} events={shown} plain={plain} />}
        {shown.length === 0 && hasNextPage && !looksOn && (
          <Text c="dimmed" ta="center">
            {t("noneYet", { count: events.length })}
          </Text>
        )}
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
