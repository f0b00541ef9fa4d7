import classes from "./sparkline.module.css"

const width = 80
const height = 26
const spanMs = 60_000

interface SparklineProps {
  /** Unix ms and a rate for each, oldest first. */
  times: Float64Array
  values: Float64Array
  direction: "outbound" | "inbound"
  /** What a reader of the screen is told. */
  label: string
}

/** The last minute as a line over a soft area; its own highest value touches the top. */
export function Sparkline({ times, values, direction, label }: SparklineProps) {
  const points = linePoints(times, values)
  return (
    <svg
      className={classes.sparkline}
      data-direction={direction}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <line className={classes.base} x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      {points.length > 1 && (
        <>
          <path className={classes.area} d={`M${points.join("L")}V${height}H${points[0]?.split(",")[0] ?? 0}Z`} />
          <path className={classes.line} d={`M${points.join("L")}`} />
        </>
      )}
    </svg>
  )
}

function linePoints(times: Float64Array, values: Float64Array): string[] {
  const newest = times.at(-1)
  if (newest === undefined) return []
  const highest = Math.max(1, ...values)
  const points: string[] = []
  for (const [i, time] of times.entries()) {
    const x = width - ((newest - time) / spanMs) * width
    if (x < 0) continue
    const y = height - 1 - ((values[i] ?? 0) / highest) * (height - 4)
    points.push(`${x.toFixed(1)},${y.toFixed(1)}`)
  }
  return points
}
