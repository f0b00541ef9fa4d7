import { ActionIcon, Button } from "@mantine/core"
import { IconArrowsLeftRight, IconX } from "@tabler/icons-react"
import type { PacketSummary } from "@tundeck/shared"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../../lib/drop-reason.ts"
import { formatClock, formatCount } from "../../../lib/format.ts"
import { useShortcut } from "../../../lib/shortcuts.ts"
import { costInWords, droppedBecause } from "../packet-row.tsx"
import classes from "./detail.module.css"
import { PacketFields } from "./packet-fields.tsx"

interface PacketDetailProps {
  /** The tunnel's id. */
  tunnel: string
  row: PacketSummary
  /** undefined: there is no flow to follow. */
  onFollowFlow: (() => void) | undefined
  onClose: () => void
}

/** One packet, opened: what became of it, its fields and its bytes. */
export function PacketDetail({ tunnel, row, onFollowFlow, onClose }: PacketDetailProps) {
  const { t } = useTranslation("packets")
  const { number, time, reason, source, destination, protocol } = row
  useShortcut("Escape", t("detail.close"), onClose)
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" })
  }, [])
  const title = t("detail.title", { number: formatCount(number) })
  const fate = reason === undefined ? t(`verdict.${row.verdict}`) : droppedBecause(reason, t)
  const between = source === undefined ? [] : [`${source} → ${destination}`]
  return (
    <section ref={section} className={classes.detail} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        <span className={classes.what} title={costInWords(row, t)}>
          {[formatClock(time), protocol, ...between, fate].join(" · ")}
        </span>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconArrowsLeftRight size={14} aria-hidden />}
          onClick={onFollowFlow}
          disabled={onFollowFlow === undefined}
        >
          {t("detail.followFlow")}
        </Button>
        <ActionIcon size="sm" aria-label={t("detail.close")} onClick={onClose}>
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </div>
      {reason !== undefined && (
        <p className={classes.remedy}>
          <strong>{t("whatToDo")}</strong> {dropReasonText(reason).remedy}
        </p>
      )}
      <div className={classes.body}>
        <PacketFields key={`${number} ${time}`} tunnel={tunnel} row={row} />
      </div>
    </section>
  )
}
