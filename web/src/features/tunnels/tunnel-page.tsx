import { Skeleton, Tabs } from "@mantine/core"
import { getRouteApi, useLocation, useNavigate } from "@tanstack/react-router"
import type { TunnelView } from "@tundeck/shared"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../lib/session.ts"
import { useTunnels } from "../../lib/tunnels.ts"
import { Aged } from "../../ui/aged.tsx"
import { Empty } from "../../ui/empty.tsx"
import { EventFeed } from "../../ui/events/event-feed.tsx"
import { AnchorLink } from "../../ui/links.tsx"
import { Mono } from "../../ui/mono.tsx"
import { PacketView } from "../../ui/packets/packet-view.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { SystemCallsButton } from "../../ui/system-calls-button.tsx"
import { TunnelMarks } from "../../ui/tunnel-marks.tsx"
import { TunnelStateBadge } from "../../ui/tunnel-state.tsx"
import { TunnelVia } from "../../ui/tunnel-via.tsx"
import classes from "./detail/detail.module.css"
import { LiveTab } from "./detail/live-tab.tsx"
import { SettingsTab } from "./detail/settings-tab.tsx"
import { StateReason } from "./detail/state-reason.tsx"
import { TunnelActions } from "./detail/tunnel-actions.tsx"
import { useTunnelPower } from "./use-tunnel-power.ts"

const route = getRouteApi("/signed-in/tunnels/$id")
const tabs = ["live", "packets", "peers", "capture", "try", "faults", "settings", "log"] as const
const forAdmins: ReadonlySet<string> = new Set(["capture", "try", "settings"])
const PeersTab = lazy(async () => ({ default: (await import("./peers/peers-tab.tsx")).PeersTab }))
const CaptureTab = lazy(async () => ({ default: (await import("./capture/capture-tab.tsx")).CaptureTab }))
const TryTab = lazy(async () => ({ default: (await import("./try/try-tab.tsx")).TryTab }))
const FaultsTab = lazy(async () => ({ default: (await import("./faults/faults-tab.tsx")).FaultsTab }))

export function TunnelPage() {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { id } = route.useParams()
  const { data: tunnels, error, refetch, dataUpdatedAt } = useTunnels()
  const tunnel = tunnels?.find((known) => known.id === id || known.name === id)
  const crumb = (
    <AnchorLink inherit to="/tunnels">
      {t("title")}
    </AnchorLink>
  )

  if (tunnel !== undefined) return <OneTunnel key={tunnel.id} tunnel={tunnel} crumb={crumb} updatedAt={dataUpdatedAt} />
  if (tunnels !== undefined) {
    return (
      <Page title={t("title")} crumb={crumb}>
        <Empty title={t("notFound", { id })}>
          {t("notFoundText")}{" "}
          <AnchorLink inherit underline="always" to="/tunnels">
            {t("toList")}
          </AnchorLink>
        </Empty>
      </Page>
    )
  }
  const what = common("problem.failedLoad", { what: id })
  return (
    <Page title={t("title")} crumb={crumb}>
      {error === null ? (
        <Skeleton height={420} radius="lg" role="status" aria-label={common("page.loading")} />
      ) : (
        <ProblemNotice error={error} what={what} onRetry={() => void refetch()} />
      )}
    </Page>
  )
}

function OneTunnel({ tunnel, crumb, updatedAt }: { tunnel: TunnelView; crumb: React.ReactNode; updatedAt: number }) {
  const { t } = useTranslation("tunnels")
  const mayChange = useIsAdmin()
  const navigate = useNavigate()
  const hash = useLocation({ select: (location) => location.hash })
  const isResponder = tunnel.transport.kind === "responder"
  const shown = tabs.filter((each) => (mayChange || !forAdmins.has(each)) && !(isResponder && each === "settings"))
  const tab = shown.find((each) => each === hash) ?? "live"
  const open = (name: string | null) =>
    void navigate({ to: ".", hash: name === "live" ? "" : (name ?? ""), replace: true, resetScroll: false })
  const { filter = "", view } = route.useSearch()
  const setFilter = (tab: "packets" | "capture") => (text: string) =>
    void navigate({
      to: ".",
      search: (search) => ({ ...search, filter: text || undefined }),
      hash: tab,
      replace: true,
      resetScroll: false,
    })
  const power = useTunnelPower(tunnel)
  const { name, state, reason, interface: device } = tunnel
  return (
    <Page
      title={name}
      crumb={crumb}
      beside={
        <>
          <TunnelStateBadge state={state} title={reason?.detail} />
          <TunnelMarks tunnel={tunnel} />
        </>
      }
      note={
        <>
          {t("over")}{" "}
          <AnchorLink inherit to="/interfaces/$name" params={{ name: device }}>
            <Mono>{device}</Mono>
          </AnchorLink>
          {" · "}
          <TunnelVia tunnel={tunnel} />
        </>
      }
      actions={
        <>
          <SystemCallsButton scope={{ kind: "tunnel", id: tunnel.id, name }} />
          {mayChange && <TunnelActions tunnel={tunnel} power={power} onEdit={() => open("settings")} />}
        </>
      }
    >
      {power.error !== null && <ProblemNotice error={power.error} />}
      <StateReason tunnel={tunnel} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md" className={classes.tabs}>
          {shown.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="live">
          <Aged updatedAt={updatedAt}>
            <LiveTab tunnel={tunnel} />
          </Aged>
        </Tabs.Panel>
        <Tabs.Panel value="packets">
          <PacketView
            tunnel={tunnel}
            filter={filter}
            onFilter={setFilter("packets")}
            view={view}
            onView={(name) =>
              void navigate({
                to: ".",
                search: (search) => ({ ...search, view: name }),
                hash: "packets",
                resetScroll: false,
              })
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="peers">
          <Suspense fallback={<TabSkeleton />}>
            <PeersTab tunnel={tunnel} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="capture">
          <Suspense fallback={<TabSkeleton />}>
            <CaptureTab tunnel={tunnel} filter={filter} onFilter={setFilter("capture")} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="try">
          <Suspense fallback={<TabSkeleton />}>
            <TryTab tunnel={tunnel} onSee={() => open("packets")} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="faults">
          <Suspense fallback={<TabSkeleton />}>
            <FaultsTab tunnel={tunnel} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab tunnel={tunnel} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <EventFeed label={t("log", { name })} about={({ subject }) => subject === `tunnel ${name}`} plain />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function TabSkeleton() {
  const { t } = useTranslation()
  return <Skeleton height={320} radius="lg" role="status" aria-label={t("page.loading")} />
}
