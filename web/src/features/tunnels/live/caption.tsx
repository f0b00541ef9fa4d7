import type { CSSProperties } from "react"
import { useTranslation } from "react-i18next"
import { type GraphKind, graphKinds } from "./kinds.ts"
import classes from "./live.module.css"
import type { Points } from "./points.ts"

/** The name of a graph, its lines, and what each says at the cursor. */
export function Caption({ kind, points, at }: { kind: GraphKind; points: Points; at: number }) {
  const { t } = useTranslation("tunnels")
  return (
    <figcaption className={classes.caption}>
      <strong>{t(`graphs.${kind.name}`)}</strong>
      {kind.lines.map(({ name, column, colour, dash }) => {
        const style: CSSProperties & Record<"--line", string> = { "--line": `var(${colour})` }
        return (
          <span key={name} className={classes.line} data-dashed={dash !== undefined || undefined} style={style}>
            <i aria-hidden="true" />
            {t(`graphs.${name}`)} {saidOf(kind, points.columns[column][at]) ?? t("graphs.unknown")}
          </span>
        )
      })}
    </figcaption>
  )
}

/** The same of all graphs in one sentence. */
export function useWords(points: Points, at: number): string {
  const { t } = useTranslation("tunnels")
  const graphs = graphKinds.map((kind) => {
    const lines = kind.lines.map(({ name, column }) => {
      return `${t(`graphs.${name}`)} ${saidOf(kind, points.columns[column][at]) ?? t("graphs.unknown")}`
    })
    return `${t(`graphs.${kind.name}`)} ${lines.join(", ")}`
  })
  return graphs.join("; ")
}

function saidOf(kind: GraphKind, value: number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : kind.format(value)
}
