import { Paper, Portal, Text } from "@mantine/core"
import { type DropReason, dropReasons } from "@tundeck/shared"
import { type PointerEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../lib/drop-reason.ts"
import { Mono } from "../mono.tsx"
import classes from "./verdict-tip.module.css"

interface Hovered {
  reason: DropReason
  errno: string | undefined
  right: number
  below: number
}

/** One tooltip for all rows: what a drop means and what to do. Rows pass too fast for one each. */
export function useVerdictTip() {
  const [hovered, setHovered] = useState<Hovered | null>(null)
  const onPointerOver = ({ target }: PointerEvent) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-reason]") : null
    const reason = dropReasons.find(({ code }) => code === cell?.dataset.reason)?.code
    if (cell === null || reason === undefined) return setHovered(null)
    const { right, bottom } = cell.getBoundingClientRect()
    setHovered({ reason, errno: cell.dataset.errno, right: window.innerWidth - right, below: bottom })
  }
  const tip = hovered && <VerdictTip hovered={hovered} />
  return { tip, handlers: { onPointerOver, onPointerLeave: () => setHovered(null) } }
}

function VerdictTip({ hovered: { reason, errno, right, below } }: { hovered: Hovered }) {
  const { t } = useTranslation("packets")
  const { title, remedy } = dropReasonText(reason)
  return (
    <Portal>
      <Paper className={classes.tip} style={{ top: below + 4, right: Math.max(12, right) }} role="tooltip">
        <Text size="sm" fw={600}>
          {title}
          {errno !== undefined && (
            <>
              {" "}
              (<Mono>{errno}</Mono>)
            </>
          )}
        </Text>
        <Text size="sm">
          {t("whatToDo")} {remedy}
        </Text>
      </Paper>
    </Portal>
  )
}
