import { Alert, Group, Select, Skeleton } from "@mantine/core"
import { IconActivity } from "@tabler/icons-react"
import { getRouteApi } from "@tanstack/react-router"
import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useTunnels } from "../../lib/tunnels.ts"
import { Empty } from "../../ui/empty.tsx"
import { AnchorLink, ButtonLink } from "../../ui/links.tsx"
import { PacketView } from "../../ui/packets/packet-view.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { TunnelMarks } from "../../ui/tunnel-marks.tsx"
import { TunnelStateBadge } from "../../ui/tunnel-state.tsx"

const route = getRouteApi("/signed-in/packets")

/** The packets of one tunnel, chosen in the address of the page; without a choice the first that runs. */
export function PacketsPage() {
  const { t } = useTranslation("packets")
  const { t: common } = useTranslation()
  const { tunnel: wanted, filter = "", view } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: tunnels, error, refetch } = useTunnels()

  if (tunnels === undefined) {
    const what = common("problem.failedLoad", { what: t("title") })
    return (
      <Page title={t("title")}>
        {error === null ? (
          <Skeleton height={480} radius="lg" role="status" aria-label={common("table.loading", { what: t("title") })} />
        ) : (
          <ProblemNotice error={error} what={what} onRetry={() => void refetch()} />
        )}
      </Page>
    )
  }
  if (tunnels.length === 0) {
    return (
      <Page title={t("title")}>
        <Empty icon={<IconActivity size={26} stroke={1.5} aria-hidden />} title={t("noTunnels.title")}>
          <p>{t("noTunnels.text")}</p>
          <ButtonLink to="/tunnels/new">{t("noTunnels.create")}</ButtonLink>
        </Empty>
      </Page>
    )
  }
  const shown =
    wanted === undefined
      ? (tunnels.find(({ state }) => state === "up") ?? tunnels[0])
      : tunnels.find(({ id, name }) => id === wanted || name === wanted)
  return (
    <Page title={t("title")} note={t("note")} actions={<Chooser tunnels={tunnels} shown={shown} />}>
      {shown === undefined ? (
        <Alert color="yellow">{t("gone", { id: wanted ?? "" })}</Alert>
      ) : (
        <PacketView
          key={shown.id}
          tunnel={shown}
          filter={filter}
          onFilter={(text) =>
            void navigate({
              search: (search) => ({ ...search, tunnel: shown.id, filter: text || undefined }),
              replace: true,
              resetScroll: false,
            })
          }
          view={view}
          onView={(name) =>
            void navigate({
              search: (search) => ({ ...search, tunnel: shown.id, view: name }),
              resetScroll: false,
            })
          }
        />
      )}
    </Page>
  )
}

function Chooser({ tunnels, shown }: { tunnels: readonly TunnelView[]; shown: TunnelView | undefined }) {
  const { t } = useTranslation("packets")
  const navigate = route.useNavigate()
  return (
    <Group gap="sm">
      {shown && <TunnelMarks tunnel={shown} />}
      {shown && <TunnelStateBadge state={shown.state} title={shown.reason?.detail} />}
      <Select
        aria-label={t("tunnel")}
        placeholder={t("choose")}
        data={tunnels.map(({ id, name }) => ({ value: id, label: name }))}
        value={shown?.id ?? null}
        onChange={(tunnel) =>
          void navigate({ search: (search) => ({ ...search, tunnel: tunnel ?? undefined }), replace: true })
        }
        allowDeselect={false}
        searchable={tunnels.length > 12}
        w={210}
      />
      {shown && (
        <AnchorLink to="/tunnels/$id" params={{ id: shown.id }} size="sm">
          {t("openTunnel")}
        </AnchorLink>
      )}
    </Group>
  )
}
