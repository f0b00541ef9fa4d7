import { Skeleton, Stack } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import type { InterfaceView, TunnelView } from "@tundeck/shared"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../lib/interfaces.ts"
import { useLive } from "../../lib/live/use-live.ts"
import { useIsAdmin } from "../../lib/session.ts"
import { useTunnels } from "../../lib/tunnels.ts"
import { useNarrow } from "../../lib/use-narrow.ts"
import { Aged } from "../../ui/aged.tsx"
import { ButtonLink } from "../../ui/links.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { Section } from "../../ui/section.tsx"
import { DataTable } from "../../ui/table/data-table.tsx"
import { overviewColumns } from "./columns.tsx"
import { HostMap } from "./map/host-map.tsx"
import { DemoCard, demoQuery } from "./start/demo-card.tsx"
import { ExperimentCard, experimentQuery } from "./start/experiment-card.tsx"
import { StartCards } from "./start/start-cards.tsx"

export function OverviewPage() {
  const { t } = useTranslation("overview")
  const { t: common } = useTranslation()
  const interfaces = useQuery(interfacesQuery)
  const tunnels = useTunnels()
  const mayChange = useIsAdmin()
  const { data: demo } = useQuery(demoQuery)
  const { data: experiment } = useQuery(experimentQuery)
  useLive("interfaces", () => void interfaces.refetch())
  const error = tunnels.error ?? interfaces.error
  const retry = () => void Promise.all([tunnels.refetch(), interfaces.refetch()])

  if (tunnels.data === undefined || interfaces.data === undefined) {
    const what = common("problem.failedLoad", { what: t("title") })
    return (
      <Page title={t("title")}>
        {error === null ? <Loading /> : <ProblemNotice error={error} what={what} onRetry={retry} />}
      </Page>
    )
  }
  if (tunnels.data.length === 0) {
    return (
      <Page title={t("title")} note={t("emptyNote")} width="wide">
        <StartCards interfaces={interfaces.data} mayChange={mayChange} />
      </Page>
    )
  }
  return (
    <Page
      title={t("title")}
      actions={
        mayChange && (
          <ButtonLink to="/tunnels/new" leftSection={<IconPlus size={17} aria-hidden />}>
            {t("newTunnel")}
          </ButtonLink>
        )
      }
    >
      <Aged updatedAt={tunnels.dataUpdatedAt}>
        <Stack gap="lg">
          <Section title={t("map.title")}>
            <HostMap interfaces={ofThisHost(interfaces.data, tunnels.data)} tunnels={tunnels.data} />
          </Section>
          <TunnelRows tunnels={tunnels} />
          {demo?.running && <DemoCard mayChange={mayChange} />}
          {(mayChange || experiment?.made) && <ExperimentCard mayChange={mayChange} />}
        </Stack>
      </Aged>
    </Page>
  )
}

/** Interfaces of other programs have their place in the list; the map shows them only where a tunnel uses one. */
function ofThisHost(interfaces: readonly InterfaceView[], tunnels: readonly TunnelView[]): InterfaceView[] {
  const used = new Set(tunnels.map(({ interface: name }) => name))
  return interfaces.filter(({ name, managed }) => managed || used.has(name))
}

function TunnelRows({ tunnels }: { tunnels: ReturnType<typeof useTunnels> }) {
  const { t } = useTranslation("overview")
  const navigate = useNavigate()
  const narrow = useNarrow()
  const columns = useMemo(() => overviewColumns(t, narrow), [t, narrow])
  return (
    <DataTable
      label={t("tunnels")}
      rows={tunnels}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: "/tunnels/$id", params: { id } })}
      sorting={{ column: "name", descending: false }}
      empty={null}
    />
  )
}

function Loading() {
  const { t } = useTranslation()
  return (
    <Stack gap="lg" role="status" aria-label={t("page.loading")}>
      <Skeleton height={240} radius="lg" />
      <Skeleton height={200} radius="lg" />
    </Stack>
  )
}
