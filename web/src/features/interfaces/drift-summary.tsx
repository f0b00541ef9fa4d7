import { IconAlertTriangle, IconCheck } from "@tabler/icons-react"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import classes from "./interfaces.module.css"

/** How far an interface is from what is wanted, in three words. */
export function DriftSummary({ view: { managed, drift } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  if (!managed) return <span className={classes.quiet}>{t("drift.notWatched")}</span>
  const open = drift.filter(({ ignored }) => !ignored)
  if (open.length === 0) {
    return (
      <span className={classes.drift}>
        <IconCheck size={15} aria-hidden /> {t("drift.none")}
      </span>
    )
  }
  const gone = open.some(({ field }) => field === "exists")
  return (
    <span className={classes.drift} data-drifted>
      <IconAlertTriangle size={15} aria-hidden />
      {gone ? t("drift.missing") : t("drift.some", { count: open.length })}
    </span>
  )
}
