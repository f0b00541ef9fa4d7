import { useComputedColorScheme } from "@mantine/core"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import uPlot from "uplot"
import "uplot/dist/uPlot.min.css"
import { formatDateTime } from "../../../lib/format.ts"
import type { GraphKind } from "./kinds.ts"
import classes from "./live.module.css"
import type { Points } from "./points.ts"

interface GraphProps {
  kind: GraphKind
  points: Points
  /** Unix ms. */
  from: number
  to: number
  /** Graphs with the same key share one cursor. */
  syncKey: string
  onCursor: (index: number | null) => void
  onZoom: (from: number, to: number) => void
  /** Where the chart can be had while it is on the page. */
  onChart: (name: GraphKind["name"], chart: uPlot | undefined) => void
}

/** One of the four; its name, its lines and what they say at the cursor stand in words beside it. */
export function Graph({ kind, points, from, to, syncKey, onCursor, onZoom, onChart }: GraphProps) {
  const { t } = useTranslation("tunnels")
  const scheme = useComputedColorScheme("light")
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const tell = useRef({ onCursor, onZoom, onChart })
  useEffect(() => {
    tell.current = { onCursor, onZoom, onChart }
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas takes its colours once, so another scheme is another chart
  useEffect(() => {
    const node = holder.current
    if (node === null) return
    const hooks: uPlot.Hooks.Arrays = {
      setCursor: [({ cursor }) => tell.current.onCursor(cursor.idx ?? null)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select
          if (width < 4) return
          tell.current.onZoom(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000)
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    }
    const made = new uPlot({ ...options(node, kind, syncKey), hooks }, [[]], node)
    plot.current = made
    tell.current.onChart(kind.name, made)
    const observer = new ResizeObserver(() => made.setSize({ width: node.clientWidth, height: node.clientHeight }))
    observer.observe(node)
    return () => {
      observer.disconnect()
      tell.current.onChart(kind.name, undefined)
      made.destroy()
      plot.current = undefined
    }
  }, [scheme, kind, syncKey])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme is another chart, which wants its points, too
  useEffect(() => {
    const chart = plot.current
    const lines = kind.lines.map(({ column }) => points.columns[column])
    const shown = lines.flatMap((line) => line.filter((_, i) => isWithin(points.times[i], from, to)))
    const highest = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), kind.least)
    chart?.batch(() => {
      chart.setData([points.times.map((ms) => ms / 1000), ...lines], false)
      chart.setScale("x", { min: from / 1000, max: to / 1000 })
      chart.setScale("y", { min: 0, max: highest * 1.15 })
    })
  }, [points, from, to, kind, scheme])

  return <div ref={holder} className={classes.chart} role="img" aria-label={t(`graphs.${kind.name}`)} />
}

const isWithin = (time: number | undefined, from: number, to: number) =>
  time !== undefined && time >= from && time <= to

/** As fine as the ticks are apart: "09:41:05", "09:41", "11-23". Unix seconds. */
function timeText(time: number, [first = 0, second = 0]: readonly number[]): string {
  const [day = "", clock = ""] = formatDateTime(time * 1000).split(" ")
  const apart = second - first
  if (apart >= 86_400) return day.slice(5)
  if (apart < 60) return clock
  return clock === "00:00:00" ? day.slice(5) : clock.slice(0, 5)
}

function options(node: HTMLElement, kind: GraphKind, key: string): uPlot.Options {
  const style = getComputedStyle(node)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis: uPlot.Axis = {
    stroke: colour("--mantine-color-dimmed"),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colour("--td-border"), width: 1 },
    ticks: { show: false },
  }
  return {
    width: node.clientWidth,
    height: node.clientHeight,
    padding: [8, 12, 0, 0],
    scales: { x: { time: true, auto: false }, y: { auto: false, range: (_, min, max) => [min, max] } },
    axes: [
      { ...axis, size: 28, space: 90, values: (_, ticks) => ticks.map((time) => timeText(time, ticks)) },
      {
        ...axis,
        size: 80,
        space: 34,
        values: (_, ticks) => ticks.map((value) => (value === 0 ? "0" : kind.format(value))),
      },
    ],
    series: [
      {},
      ...kind.lines.map(
        ({ name, colour: variable, dash }): uPlot.Series => ({
          label: name,
          stroke: colour(variable),
          width: 1.6,
          ...(dash && { dash }),
          spanGaps: false,
          points: { show: false },
        }),
      ),
    ],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 }, sync: { key } },
    legend: { show: false },
  }
}
