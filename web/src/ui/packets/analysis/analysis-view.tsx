import { Skeleton } from "@mantine/core"
import type { Analysis, Surroundings, TunnelView } from "@tundeck/shared"
import i18next from "i18next"
import { memo } from "react"
import { useTranslation } from "react-i18next"
import { formatClock, formatCount } from "../../../lib/format.ts"
import type { PacketLog } from "../packet-log.ts"
import classes from "./analysis.module.css"
import { ConversationTable } from "./conversation-table.tsx"
import { DropTable } from "./drop-table.tsx"
import { FindingList } from "./finding-list.tsx"
import { ProtocolTable } from "./protocol-table.tsx"
import { analysis as strings } from "./strings.ts"
import { TalkerTable } from "./talker-table.tsx"
import { useLogAnalysis } from "./use-log-analysis.ts"
import { useSurroundings } from "./use-surroundings.ts"
import type { AnalysisViewName } from "./views.ts"

i18next.addResourceBundle("en", "analysis", strings)

interface AnalysisViewProps {
  view: AnalysisViewName
  log: PacketLog
  tunnel: TunnelView
  /** Shows what a filter finds, among the packets. */
  onShow: (filter: string) => void
}

const views = {
  conversations: ConversationTable,
  talkers: TalkerTable,
  protocols: ProtocolTable,
  drops: DropTable,
  expert: FindingList,
}

/**
 * The rows of the table, taken together. A filter does not narrow it: a click on a line sets one.
 * The table renders with every frame, this once a second.
 */
export const AnalysisView = memo(function AnalysisView({ tunnel, ...shown }: AnalysisViewProps) {
  const { t } = useTranslation("packets")
  const surroundings = useSurroundings(tunnel)
  if (surroundings !== undefined) return <Analysed surroundings={surroundings} {...shown} />
  return <Skeleton height={320} radius="lg" role="status" aria-label={t("view.opening")} />
})

type AnalysedViewProps = Omit<AnalysisViewProps, "tunnel"> & { surroundings: Surroundings }

function Analysed({ view, log, surroundings, onShow }: AnalysedViewProps) {
  const analysis = useLogAnalysis(log, surroundings)
  const View = views[view]
  return (
    <div className={classes.view}>
      <Extent analysis={analysis} view={view} />
      <View analysis={analysis} onShow={onShow} />
    </div>
  )
}

function Extent({ analysis, view }: { analysis: Analysis; view: AnalysisViewName }) {
  const { t } = useTranslation("analysis")
  const { packets, first, missed, isMissedKnown } = analysis.total
  const leftOut = view === "conversations" || view === "talkers" ? analysis.forgotten[view] : 0
  const said = [
    first === undefined
      ? t("none")
      : t("of", { count: packets, packets: formatCount(packets), since: formatClock(first).slice(0, 8) }),
    missed > 0 && t("missed", { packets: formatCount(missed) }),
    missed === 0 && !isMissedKnown && t("missedSome"),
    leftOut > 0 && t("leftOut", { count: leftOut }),
  ]
  return <p className={classes.extent}>{said.filter((part) => part !== false).join(" · ")}</p>
}
