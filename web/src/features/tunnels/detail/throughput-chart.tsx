import { useComputedColorScheme } from "@mantine/core"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import uPlot from "uplot"
import "uplot/dist/uPlot.min.css"
import { formatBitRate } from "../../../lib/format.ts"
import type { RateSeries } from "../../../lib/traffic/history.ts"
import classes from "./detail.module.css"

interface ThroughputChartProps {
  series: RateSeries
  spanSeconds: number
  label: string
}

/** Both directions over the last `spanSeconds`; the right edge is the newest sample. */
export function ThroughputChart({ series, spanSeconds, label }: ThroughputChartProps) {
  const { t } = useTranslation()
  const scheme = useComputedColorScheme("light")
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const out = t("traffic.outbound")
  const back = t("traffic.inbound")

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas takes its colours once, so another scheme is another chart
  useEffect(() => {
    const node = holder.current
    if (node === null) return
    const made = new uPlot(options(node, { out, back }), [[], [], []], node)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: node.clientWidth, height: node.clientHeight }))
    observer.observe(node)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [scheme, out, back])

  useEffect(() => {
    const newest = (series.times.at(-1) ?? Date.now()) / 1000
    const times = Float64Array.from(series.times, (ms) => ms / 1000)
    const highest = Math.max(1000 / 8, ...series.outbound, ...series.inbound)
    const chart = plot.current
    chart?.batch(() => {
      chart.setData([times, series.outbound, series.inbound], false)
      chart.setScale("x", { min: newest - spanSeconds, max: newest })
      chart.setScale("y", { min: 0, max: highest * 1.15 })
    })
  })

  return <div ref={holder} className={classes.chart} role="img" aria-label={label} />
}

function options(node: HTMLElement, { out, back }: { out: string; back: string }): uPlot.Options {
  const style = getComputedStyle(node)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis: uPlot.Axis = {
    stroke: colour("--mantine-color-dimmed"),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colour("--td-border"), width: 1 },
    ticks: { show: false },
  }
  const line = (label: string, name: string): uPlot.Series => ({
    label,
    stroke: colour(name),
    width: 1.6,
    fill: `color-mix(in srgb, ${colour(name)} 12%, transparent)`,
    points: { show: false },
    value: (_, rate) => (rate === null ? "–" : formatBitRate(rate)),
  })
  return {
    width: node.clientWidth,
    height: node.clientHeight,
    padding: [8, 32, 0, 0], // at the right, half of the newest time
    scales: { x: { time: true, auto: false }, y: { auto: false, range: (_, min, max) => [min, max] } },
    axes: [
      { ...axis, size: 28, space: 90, values: (_, ticks) => ticks.map(clock) },
      {
        ...axis,
        size: 80,
        space: 42,
        values: (_, ticks) => ticks.map((rate) => (rate === 0 ? "0" : formatBitRate(rate))),
      },
    ],
    series: [
      { value: (_, time) => (time === null ? "–" : clock(time)) },
      line(out, "--td-outbound"),
      line(back, "--td-inbound"),
    ],
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    legend: { show: false },
    hooks: { init: [showValues] },
  }
}

const clock = (unixSeconds: number) => new Date(unixSeconds * 1000).toTimeString().slice(0, 8)

/** The values under the cursor, in the corner of the chart. */
function showValues(chart: uPlot): void {
  const box = document.createElement("div")
  box.className = classes.cursor ?? ""
  chart.over.append(box)
  const update = () => {
    const { idx } = chart.cursor
    box.hidden = idx === null || idx === undefined
    if (typeof idx !== "number") return
    const [times, out, back] = chart.data
    const [time, sent, received] = [times[idx], out?.[idx], back?.[idx]]
    if (time === undefined) return
    box.textContent = `${clock(time)}   ${chart.series[1]?.label} ${formatBitRate(sent ?? 0)}   ${chart.series[2]?.label} ${formatBitRate(received ?? 0)}`
  }
  chart.hooks.setCursor = [update]
  update()
}
