import { IconPlugConnectedX } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { retryLiveNow } from "../../lib/live/connection.ts"
import { useLiveConnection } from "../../lib/live/store.ts"
import { useNow } from "../../lib/use-now.ts"
import classes from "./shell.module.css"

/** A thin bar while the panel is away: it counts the seconds to the next try. */
export function ConnectionBar() {
  const { state, nextTryAt } = useLiveConnection()
  return state === "lost" && <LostBar nextTryAt={nextTryAt ?? 0} />
}

function LostBar({ nextTryAt }: { nextTryAt: number }) {
  const { t } = useTranslation()
  const seconds = Math.ceil((nextTryAt - useNow()) / 1000)
  return (
    <div className={classes.lost}>
      <IconPlugConnectedX size={17} aria-hidden />
      <span role="status">{t("connection.lost")}</span>
      <span>{seconds > 0 ? t("connection.nextTry", { seconds }) : t("connection.trying")}</span>
      <button type="button" onClick={retryLiveNow}>
        {t("connection.tryNow")}
      </button>
    </div>
  )
}
