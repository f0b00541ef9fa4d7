import { Button, Text, Title } from "@mantine/core"
import type { Finding } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatClock, formatCount } from "../../../lib/format.ts"
import { Empty } from "../../empty.tsx"
import { StateShape } from "../../state-badge.tsx"
import type { AnalysedProps } from "./analysed-props.ts"
import classes from "./analysis.module.css"

/** What looks wrong, each with what to try. */
export function FindingList({ analysis, onShow }: AnalysedProps) {
  const { t } = useTranslation("analysis")
  const findings = analysis.findings()
  if (findings.length === 0) return <Empty title={t("allWell")}>{t("allWellDetail")}</Empty>
  return (
    <ul className={classes.findings} aria-label={t("label.expert")}>
      {findings.map((finding) => (
        <OneFinding key={`${finding.kind} ${finding.filter} ${finding.first}`} finding={finding} onShow={onShow} />
      ))}
    </ul>
  )
}

function OneFinding({ finding, onShow }: { finding: Finding; onShow: AnalysedProps["onShow"] }) {
  const { t } = useTranslation("analysis")
  const { severity, title, what, advice, count, first, last, rows, filter } = finding
  const seen = t("seen", { count, times: formatCount(count), first: clock(first), last: clock(last) })
  const numbers = rows.map((number) => `#${number}`).join(", ")
  return (
    <li className={classes.finding} data-severity={severity}>
      <span className={classes.severity}>
        <StateShape tone={severity === "warning" ? "bad" : "waiting"} />
        {t(`severity.${severity}`)}
      </span>
      <div className={classes.told}>
        <Title order={2} size="15px">
          {title}
        </Title>
        <Text size="sm" className={classes.what}>
          {what}
        </Text>
        <Text size="sm">
          <strong>{t("try")}</strong> {advice}
        </Text>
        <Text size="xs" c="dimmed">
          {`${seen} · ${t("rows", { numbers })}`}
        </Text>
      </div>
      <Button size="xs" variant="default" className={classes.toPackets} onClick={() => onShow(filter)}>
        {t("showPackets")}
      </Button>
    </li>
  )
}

const clock = (time: number) => formatClock(time).slice(0, 8)
