import { SegmentedControl, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useEffect, useId, useMemo, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import type uPlot from "uplot"
import { routeUrl } from "../../../lib/api/call.ts"
import { formatDateTime } from "../../../lib/format.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { Caption, useWords } from "./caption.tsx"
import { Cursor } from "./cursor.tsx"
import { Graph } from "./graph.tsx"
import { type GraphKind, graphKinds } from "./kinds.ts"
import classes from "./live.module.css"
import { drawPicture } from "./picture.ts"
import { noPoints, type Points, pointsOf, withSamples } from "./points.ts"
import { historyOptions, historyQueryOf, isRange, type Range, ranges, type Stretch, stretchOf } from "./query.ts"
import { SaveMenu } from "./save-menu.tsx"
import { useSamples } from "./use-samples.ts"

/** What a tunnel or one of its peers carried: four graphs over one time, with one cursor. */
export function Graphs({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { id, name } = tunnel
  const [range, setRange] = useState<Range>("live")
  const [zoom, setZoom] = useState<Stretch | null>(null)
  const [peer, setPeer] = useState<string>()
  const [index, setIndex] = useState<number | null>(null)
  /** Unix ms where the keyboard holds the cursor while time goes on; a pointer holds it in its place. */
  const [held, setHeld] = useState<number>()
  const charts = useRef(new Map<GraphKind["name"], uPlot>())
  const syncKey = useId()
  const page = useRef<HTMLDivElement>(null)
  const wish = { peer, range, zoom }
  const { data, error, refetch } = useQuery(historyOptions({ id, ...wish }))
  const { now, samples } = useSamples(id, () => void refetch())
  const isLive = range === "live" && zoom === null
  const points = useMemo((): Points => {
    const known = data === undefined ? noPoints() : pointsOf(data)
    return isLive && peer === undefined ? withSamples(known, samples) : known
  }, [data, isLive, peer, samples])
  const { from, to } = stretchOf(wish, now)
  const peers = peerNames(tunnel)
  const at = index !== null && index < points.times.length ? index : points.times.length - 1

  const words = useWords(points, at)

  // biome-ignore lint/correctness/useExhaustiveDependencies: with other points or times the moment that is held lies elsewhere on the charts
  useEffect(() => {
    if (held === undefined) return
    for (const chart of charts.current.values()) chart.setCursor({ left: chart.valToPos(held / 1000, "x"), top: 10 })
  }, [held, points, from, to])

  function lookCloser(): void {
    const middle = points.times[at] ?? to
    const quarter = Math.max(5000, (to - from) / 4)
    setZoom({ from: middle - quarter, to: Math.min(Date.now(), middle + quarter) })
  }

  async function savePicture(): Promise<void> {
    const parts = graphKinds.flatMap((kind) => {
      const canvas = charts.current.get(kind.name)?.ctx.canvas
      const title = `${t(`graphs.${kind.name}`)}: ${kind.lines.map((line) => t(`graphs.${line.name}`)).join(", ")}`
      return canvas === undefined ? [] : [{ title, canvas }]
    })
    const heading = `${name}${peer === undefined ? "" : `, ${peer}`}, ${formatDateTime(from)} – ${formatDateTime(to)}`
    const blob = page.current && (await drawPicture(heading, parts, page.current))
    if (blob === null) return
    const url = URL.createObjectURL(blob)
    Object.assign(document.createElement("a"), { href: url, download: `${name}.png` }).click()
    URL.revokeObjectURL(url)
  }

  const csv = routeUrl(routes.tunnelHistory.path, { id }, { ...historyQueryOf(wish, now), format: "csv" })
  const controls = (
    <div className={classes.controls}>
      {peers.length > 0 && (
        <Select
          size="xs"
          aria-label={t("graphs.peer")}
          placeholder={t("graphs.allPeers")}
          clearable
          searchable
          data={peers}
          value={peer ?? null}
          onChange={(value) => setPeer(value ?? undefined)}
        />
      )}
      <SegmentedControl
        size="xs"
        aria-label={t("graphs.range")}
        value={range}
        onChange={(value) => {
          if (!isRange(value)) return
          setRange(value)
          setZoom(null)
        }}
        data={Object.keys(ranges)
          .filter(isRange)
          .map((value) => ({ value, label: t(`graphs.ranges.${value}`) }))}
      />
      <SaveMenu csv={csv} onPicture={() => void savePicture()} />
    </div>
  )
  return (
    <Section title={t("graphs.title")} note={t("graphs.note")} actions={controls}>
      <div className={classes.graphs} ref={page}>
        {error !== null && <ProblemNotice error={error} what={t("graphs.failed")} onRetry={() => void refetch()} />}
        {graphKinds.map((kind) => (
          <figure key={kind.name} className={classes.graph} onPointerMove={() => setHeld(undefined)}>
            <Caption kind={kind} points={points} at={at} />
            <Graph
              kind={kind}
              points={points}
              from={from}
              to={to}
              syncKey={syncKey}
              onCursor={setIndex}
              onZoom={(start, end) => setZoom({ from: start, to: end })}
              onChart={(chartName, chart) => {
                if (chart === undefined) charts.current.delete(chartName)
                else charts.current.set(chartName, chart)
              }}
            />
            {data !== undefined && points.times.length === 0 && (
              <div className={classes.empty}>{t("graphs.nothing")}</div>
            )}
          </figure>
        ))}
        <Cursor
          times={points.times}
          index={index === null ? null : at}
          words={words}
          onMove={(next) => setHeld(points.times[next])}
          onWhole={zoom === null ? undefined : () => setZoom(null)}
          onCloser={lookCloser}
        />
      </div>
    </Section>
  )
}

/** Those that have a history of their own: an only wireguard peer shares the tunnel's. */
function peerNames({ security }: TunnelView): string[] {
  const names = (security.peers ?? []).map((peer) => peer.name)
  return security.kind === "wireguard" && names.length === 1 ? [] : names
}
