import { ActionIcon, Paper, TextInput } from "@mantine/core"
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react"
import { type KeyboardEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { useShortcut } from "../../lib/shortcuts.ts"
import classes from "./find-box.module.css"
import { findRow } from "./find-row.ts"
import type { PacketLog } from "./packet-log.ts"
import type { RowCursor } from "./row-cursor.ts"

interface FindBoxProps {
  log: PacketLog
  cursor: RowCursor
  onClose: () => void
}

/** Looks for a text among the rows that are shown, and chooses the row that has it. */
export function FindBox({ log, cursor, onClose }: FindBoxProps) {
  const { t } = useTranslation("packets")
  const [text, setText] = useState("")
  const [isNowhere, setNowhere] = useState(false)
  const find = (step: 1 | -1) => {
    if (text === "") return
    const { rows } = log
    const found = findRow(rows, text, cursor.position ?? (step === 1 ? rows.first - 1 : rows.end), step)
    setNowhere(found === undefined)
    if (found !== undefined) cursor.choose(found)
  }
  useShortcut("n", t("find.next"), () => find(1))
  useShortcut("p", t("find.previous"), () => find(-1))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") find(event.shiftKey ? -1 : 1)
    else if (event.key === "Escape") onClose()
    else return
    event.preventDefault()
  }
  return (
    <Paper className={classes.find} role="search">
      <TextInput
        size="xs"
        data-autofocus
        autoFocus
        aria-label={t("find.label")}
        placeholder={t("find.label")}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value)
          setNowhere(false)
        }}
        onKeyDown={onKeyDown}
        error={isNowhere}
      />
      <ActionIcon size="sm" aria-label={t("find.previous")} onClick={() => find(-1)}>
        <IconChevronUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon size="sm" aria-label={t("find.next")} onClick={() => find(1)}>
        <IconChevronDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon size="sm" aria-label={t("find.close")} onClick={onClose}>
        <IconX size={15} aria-hidden />
      </ActionIcon>
      <span className={classes.nowhere} role="status">
        {isNowhere && t("find.nowhere")}
      </span>
    </Paper>
  )
}
