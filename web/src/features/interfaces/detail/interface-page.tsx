import { Group, Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Problem } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { Aged } from "../../../ui/aged.tsx"
import { Empty } from "../../../ui/empty.tsx"
import { InterfaceStateBadge } from "../../../ui/interface-state.tsx"
import { AnchorLink } from "../../../ui/links.tsx"
import { Page } from "../../../ui/page.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { SystemCallsButton } from "../../../ui/system-calls-button.tsx"
import { DriftSummary } from "../drift-summary.tsx"
import { interfaceQuery } from "../query.ts"
import { useInterfacesLive } from "../use-interfaces-live.ts"
import { AdoptNotice } from "./adopt-notice.tsx"
import { ComparisonTable } from "./comparison-table.tsx"
import { ExportPanel } from "./export-panel.tsx"
import { Holders } from "./holders.tsx"
import { InterfaceActions } from "./interface-actions.tsx"
import classes from "./interface-page.module.css"
import { Statistics } from "./statistics.tsx"
import { TunnelsOver } from "./tunnels-over.tsx"
import { useInterfaceChanges } from "./use-interface-changes.ts"

const route = getRouteApi("/signed-in/interfaces/$name")

export function InterfacePage() {
  const { t } = useTranslation("interfaces")
  const { name } = route.useParams()
  const changes = useInterfaceChanges(name)
  const isGoing = changes.remove.isPending || changes.remove.isSuccess
  const {
    data: view,
    error,
    refetch,
    dataUpdatedAt,
  } = useQuery({
    ...interfaceQuery(name),
    refetchInterval: 5_000,
    enabled: !isGoing,
  })
  useInterfacesLive()
  const crumb = (
    <AnchorLink inherit to="/interfaces">
      {t("detail.back")}
    </AnchorLink>
  )

  if (error instanceof Problem && error.code === "interface-not-found") {
    return (
      <Page title={name} crumb={crumb}>
        <Empty title={t("detail.goneTitle", { name })}>{t("detail.goneText")}</Empty>
      </Page>
    )
  }
  if (!view) {
    return (
      <Page title={name} crumb={crumb}>
        {error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <InterfaceSkeleton />}
      </Page>
    )
  }
  return (
    <Page
      width="wide"
      title={view.name}
      crumb={crumb}
      beside={<InterfaceStateBadge view={view} />}
      note={
        <Group gap="md">
          <span>{t(`kinds.${view.kind}.title`)}</span>
          {view.actual && <span>{t("detail.index", { index: view.actual.index })}</span>}
          <DriftSummary view={view} />
        </Group>
      }
      actions={
        <>
          <SystemCallsButton scope={{ kind: "interface", name }} />
          <InterfaceActions view={view} changes={changes} />
        </>
      }
    >
      <Aged updatedAt={dataUpdatedAt}>
        <div className={classes.columns}>
          <Stack gap="md" miw={0}>
            {!view.managed && <AdoptNotice adopt={changes.adopt} />}
            <ComparisonTable view={view} changes={changes} />
          </Stack>
          <Stack gap="md" miw={0}>
            <Statistics view={view} />
            <Holders view={view} />
            <TunnelsOver view={view} />
            {!isGoing && <ExportPanel name={view.name} />}
          </Stack>
        </div>
      </Aged>
    </Page>
  )
}

function InterfaceSkeleton() {
  return (
    <div className={classes.columns}>
      <Skeleton height={520} radius="lg" />
      <Stack gap="md">
        <Skeleton height={190} radius="lg" />
        <Skeleton height={110} radius="lg" />
        <Skeleton height={220} radius="lg" />
      </Stack>
    </div>
  )
}
