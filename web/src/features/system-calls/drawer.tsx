import { Drawer, Skeleton, Stack, Text } from "@mantine/core"
import { queryOptions, useQuery } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { type CallScope, hideCalls } from "../../lib/system-calls.ts"
import { Empty } from "../../ui/empty.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { ActionCalls } from "./action-calls.tsx"
import { groupCalls } from "./group-calls.ts"

/** What led to which calls of the kernel, over whatever page it was opened on. */
export function SystemCallsDrawer({ scope }: { scope: CallScope }) {
  const { t } = useTranslation("systemCalls")
  const title = scope.kind === "request" ? t("title.request") : t(`title.${scope.kind}`, { name: scope.name })
  return (
    <Drawer
      opened
      onClose={hideCalls}
      position="right"
      size="64rem"
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Calls scope={scope} />
    </Drawer>
  )
}

function Calls({ scope }: { scope: CallScope }) {
  const { t } = useTranslation("systemCalls")
  const { data: calls, error, refetch } = useQuery({ ...callsQuery(scope), refetchInterval: 2_000 })
  if (calls === undefined) {
    if (error) return <ProblemNotice error={error} what={t("failed")} onRetry={() => void refetch()} />
    return <Skeleton height={160} radius="lg" role="status" aria-label={t("loading")} />
  }
  const groups = groupCalls(calls)
  if (groups.length === 0) return <Empty title={t("none.title")}>{t("none.text")}</Empty>
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t("note")}
      </Text>
      {groups.map((group) => (
        <ActionCalls key={group.key} group={group} />
      ))}
    </Stack>
  )
}

const mostShown = 200

function callsQuery(scope: CallScope) {
  const of = scope.kind === "interface" ? scope.name : scope.id
  return queryOptions({
    queryKey: ["system-calls", scope.kind, of],
    queryFn: async ({ signal }) =>
      (await call(routes.listSystemCalls, { query: { [scope.kind]: of, limit: mostShown }, signal })).items,
    staleTime: 0,
  })
}
