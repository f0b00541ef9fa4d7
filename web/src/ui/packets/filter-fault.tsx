import { Paper, Text } from "@mantine/core"
import type { FilterFault } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import classes from "./filter-box.module.css"

interface FilterFaultProps {
  id: string
  text: string
  fault: FilterFault
}

/** Of a long filter so much is shown before and behind the fault. */
const around = 60

/** What is wrong with a filter, and under it the filter itself with the place marked. */
export function FilterFaultText({ id, text, fault: { at, length, message } }: FilterFaultProps) {
  const { t } = useTranslation("packets")
  const end = at + length
  const start = Math.max(0, at - around)
  return (
    <Paper id={id} className={classes.fault} role="status">
      <Text size="sm">{t("filter.fault", { column: at + 1, message })}</Text>
      <code className={classes.quote}>
        {start > 0 && "…"}
        {text.slice(start, at)}
        <mark>{text.slice(at, Math.min(end, at + around)) || "\u00a0"}</mark>
        {text.slice(end, end + around)}
        {text.length > end + around && "…"}
      </code>
    </Paper>
  )
}
