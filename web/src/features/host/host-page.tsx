import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { IconRefresh } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import type { HostView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { hostQuery } from "../../lib/host.ts"
import { Aged } from "../../ui/aged.tsx"
import { KeyValues } from "../../ui/key-values.tsx"
import { Mono } from "../../ui/mono.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { Section } from "../../ui/section.tsx"
import { StateBadge } from "../../ui/state-badge.tsx"
import { Fault } from "./fault.tsx"
import { WellChecks } from "./well-checks.tsx"

/** The preflight: what is red says the exact command, what is green folds away. */
export function HostPage() {
  const { t } = useTranslation("host")
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery(hostQuery)
  return (
    <Page
      width="form"
      title={t("title")}
      note={t("note")}
      beside={data && <Verdict checks={data.checks} />}
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          disabled={isFetching}
          onClick={() => void refetch()}
        >
          {isFetching ? t("checking") : t("again")}
        </Button>
      }
    >
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <HostSkeleton />}
      {data && (
        <Aged updatedAt={dataUpdatedAt}>
          <Stack gap="md">
            <Faults checks={data.checks} />
            <WellChecks checks={data.checks} />
            <Section title={t("facts.title")}>
              <KeyValues
                items={[
                  { key: t("facts.hostname"), value: <Mono>{data.hostname}</Mono> },
                  { key: t("facts.kernel"), value: <Mono>{data.kernel}</Mono> },
                  { key: t("facts.version"), value: <Mono>{data.version}</Mono> },
                  { key: t("checkedAt"), value: <RelativeTime time={dataUpdatedAt} /> },
                ]}
              />
            </Section>
          </Stack>
        </Aged>
      )}
    </Page>
  )
}

function Verdict({ checks }: Pick<HostView, "checks">) {
  const { t } = useTranslation("host")
  const faults = checks.filter(({ ok }) => !ok).length
  return faults > 0 && <StateBadge tone="bad" word={t("faults", { count: faults })} />
}

function Faults({ checks }: Pick<HostView, "checks">) {
  const { t } = useTranslation("host")
  const faults = checks.filter(({ ok }) => !ok)
  if (faults.length === 0) return null
  return (
    <section aria-label={t("toMend")}>
      <Stack gap="sm">
        {faults.map((check) => (
          <Fault key={check.id} check={check} />
        ))}
      </Stack>
    </section>
  )
}

function HostSkeleton() {
  const { t } = useTranslation("host")
  return (
    <Stack gap="md" role="status" aria-label={t("checking")}>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t("checking")}
        </Text>
      </Group>
      <Skeleton height={120} radius="lg" />
      <Skeleton height={56} radius="lg" />
    </Stack>
  )
}
