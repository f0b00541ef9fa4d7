import { Button, Skeleton, Text } from "@mantine/core"
import { IconPlayerPause, IconPlayerPlay, IconSearch, IconTrash } from "@tabler/icons-react"
import { flowFilter, type TunnelView } from "@tundeck/shared"
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../lib/format.ts"
import { useLiveConnection } from "../../lib/live/store.ts"
import { useShortcut } from "../../lib/shortcuts.ts"
import { StateShape } from "../state-badge.tsx"
import { ViewSwitch } from "./analysis/view-switch.tsx"
import type { PacketViewName } from "./analysis/views.ts"
import { useColumns } from "./columns.ts"
import { ColumnsMenu } from "./columns-menu.tsx"
import { FilterBox } from "./filter-box.tsx"
import { FindBox } from "./find-box.tsx"
import { Legend } from "./legend.tsx"
import type { PacketLog } from "./packet-log.ts"
import { PacketTable } from "./packet-table.tsx"
import classes from "./packet-view.module.css"
import { type TypedFilter, useFilter } from "./use-filter.ts"
import { usePacketLog } from "./use-packet-log.ts"

const PacketDetail = lazy(async () => ({ default: (await import("./detail/packet-detail.tsx")).PacketDetail }))
const AnalysisView = lazy(async () => ({ default: (await import("./analysis/analysis-view.tsx")).AnalysisView }))

interface PacketViewProps {
  tunnel: TunnelView
  /** As it stands in the address of the page. */
  filter: string
  onFilter: (text: string) => void
  /** As it stands in the address, too; one step back leads to the one before. */
  view: PacketViewName | undefined
  onView: (view: PacketViewName | undefined) => void
}

/** The live packets of a tunnel. Give it the tunnel's id as its `key`. */
export function PacketView({ tunnel, filter, onFilter, view = "packets", onView }: PacketViewProps) {
  const { t } = useTranslation("packets")
  const typed = useFilter({ filter, onFilter, tunnel: [tunnel.id, tunnel.name] })
  const { log, cursor, render } = usePacketLog(tunnel.id, typed.filter)
  const { columns, show: showColumns } = useColumns()
  const setView = (name: PacketViewName) => {
    if (name !== view) onView(name === "packets" ? undefined : name)
  }
  const show = useShow(typed, () => setView("packets"))
  const toggle = () => (log.paused ? log.follow() : log.pause())
  useShortcut("space", t("shortcut"), toggle)
  const flow = cursor.row && flowFilter(cursor.row)
  const followFlow = flow === undefined ? undefined : () => show(flow)
  const [isFinding, setFinding] = useState(false)
  useShortcut("s", t("find.shortcut"), () => setFinding(true))
  useShortcut("f", t("detail.shortcut"), () => followFlow?.())
  return (
    <div className={classes.panel}>
      <div className={classes.tools}>
        <ViewSwitch view={view} onView={setView} />
        <Button
          size="xs"
          variant="default"
          w={98}
          leftSection={log.paused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
          onClick={toggle}
        >
          {log.paused ? t("follow") : t("pause")}
        </Button>
        <Status log={log} />
        {view === "packets" && <FilterBox {...typed} />}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={15} />}
          onClick={() => {
            cursor.clear()
            log.clear()
          }}
          disabled={log.length === 0}
        >
          {t("clear")}
        </Button>
      </div>
      {view === "packets" && (
        <div className={classes.tools}>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            leftSection={<IconSearch size={15} aria-hidden />}
            aria-expanded={isFinding}
            onClick={() => setFinding(!isFinding)}
          >
            {t("find.open")}
          </Button>
          <ColumnsMenu columns={columns} onColumns={showColumns} />
          <Legend />
        </div>
      )}
      {view === "packets" ? (
        <PacketTable
          label={t("label", { name: tunnel.name })}
          log={log}
          cursor={cursor}
          columns={columns}
          render={render}
          above={isFinding && <FindBox log={log} cursor={cursor} onClose={() => setFinding(false)} />}
          below={
            cursor.isOpen && cursor.row !== undefined ? (
              <Suspense fallback={null}>
                <PacketDetail
                  tunnel={tunnel.id}
                  row={cursor.row}
                  onFollowFlow={followFlow}
                  onClose={() => cursor.close()}
                />
              </Suspense>
            ) : null
          }
          empty={log.length > 0 ? <NoMatch of={log.length} /> : <NoPackets tunnel={tunnel} />}
        />
      ) : (
        <Suspense fallback={<Skeleton height={320} radius="lg" role="status" aria-label={t("view.opening")} />}>
          <AnalysisView view={view} log={log} tunnel={tunnel} onShow={show} />
        </Suspense>
      )}
    </div>
  )
}

/** Sets a filter and shows the packets; the function stays the same. */
function useShow({ type }: TypedFilter, then: () => void): (filter: string) => void {
  const latest = useRef({ type, then })
  useEffect(() => {
    latest.current = { type, then }
  })
  return useCallback((filter: string) => {
    latest.current.type(filter)
    latest.current.then()
  }, [])
}

function Status({ log }: { log: PacketLog }) {
  const { t } = useTranslation("packets")
  const lost = useLiveConnection(({ state }) => state === "lost")
  if (lost && !log.paused) {
    return (
      <span className={classes.status} data-paused>
        <StateShape tone="waiting" />
        {t("lost")}
      </span>
    )
  }
  return (
    <span className={classes.status} data-paused={log.paused || undefined}>
      <StateShape tone={log.paused ? "waiting" : "good"} />
      {log.paused
        ? t("paused", { count: log.arrivedWhilePaused, packets: formatCount(log.arrivedWhilePaused) })
        : t("live")}
    </span>
  )
}

function NoMatch({ of }: { of: number }) {
  const { t } = useTranslation("packets")
  return (
    <div>
      <Text fw={600}>{t("empty.noMatch")}</Text>
      <Text size="sm" c="dimmed" maw={460}>
        {t("empty.noMatchDetail", { count: of, packets: formatCount(of) })}
      </Text>
    </div>
  )
}

function NoPackets({ tunnel: { state, interface: name } }: { tunnel: TunnelView }) {
  const { t } = useTranslation("packets")
  const stopped = state === "stopped" || state === "failed"
  return (
    <div>
      <Text fw={600}>{t(stopped ? "empty.stopped" : "empty.waiting")}</Text>
      <Text size="sm" c="dimmed" maw={460}>
        {t(stopped ? "empty.stoppedDetail" : "empty.waitingDetail", { name })}
      </Text>
    </div>
  )
}
