import { Button } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { formatDateTime } from "../../../lib/format.ts"
import classes from "./live.module.css"

interface CursorProps {
  times: readonly number[]
  index: number | null
  /** What the graphs say there. */
  words: string
  onMove: (index: number) => void
  /** undefined: the whole range is shown. */
  onWhole: (() => void) | undefined
  onCloser: () => void
}

/** The cursor of all graphs by keyboard, and what it says in words. */
export function Cursor({ times, index, words, onMove, onWhole, onCloser }: CursorProps) {
  const { t } = useTranslation("tunnels")
  const at = index ?? Math.max(0, times.length - 1)
  const time = times[at]
  const when = time === undefined ? "" : formatDateTime(time)
  return (
    <div className={classes.cursor}>
      <output>{when}</output>
      <input
        type="range"
        min={0}
        max={Math.max(0, times.length - 1)}
        value={at}
        disabled={times.length === 0}
        aria-label={t("graphs.cursor")}
        aria-valuetext={`${when}: ${words}`}
        onChange={({ currentTarget }) => onMove(Number(currentTarget.value))}
      />
      <Button size="compact-xs" variant="default" disabled={times.length === 0} onClick={onCloser}>
        {t("graphs.closer")}
      </Button>
      <Button size="compact-xs" variant="default" disabled={onWhole === undefined} onClick={onWhole}>
        {t("graphs.whole")}
      </Button>
    </div>
  )
}
