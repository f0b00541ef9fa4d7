import { SegmentedControl, Text } from "@mantine/core"
import { IconChevronRight } from "@tabler/icons-react"
import { callText, describeCall, type SystemCallView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { FieldBytes } from "../../ui/bytes/field-bytes.tsx"
import { isRefused } from "./group-calls.ts"
import classes from "./system-calls.module.css"

/** A call as strace would show it, and the same as a command; opened, its bytes with the kernel's names. */
export function CallLine({ call }: { call: SystemCallView }) {
  const { t } = useTranslation("systemCalls")
  const [open, setOpen] = useState(false)
  return (
    <details className={classes.call} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.line}>
        <IconChevronRight className={classes.mark} size={15} aria-hidden />
        <span>
          <code className={classes.text} data-refused={isRefused(call) || undefined}>
            {callText(call)}
          </code>
          {call.detail !== null && (
            <Text size="xs" c="red" component="span" display="block">
              {t("kernelSays", { detail: call.detail })}
            </Text>
          )}
          <span className={classes.command}>
            {call.command === null ? t("noCommand") : <code title={t("command")}># {call.command}</code>}
          </span>
        </span>
      </summary>
      {open && <CallBytes call={call} />}
    </details>
  )
}

type Part = "argument" | "answer"

function CallBytes({ call }: { call: SystemCallView }) {
  const { t } = useTranslation("systemCalls")
  const described = describeCall(call)
  const [chosen, choose] = useState<Part>("argument")
  if (described.argument.bytes.length === 0 && described.answer === undefined) {
    return (
      <div className={classes.inside}>
        <Text size="xs" c="dimmed" className={classes.choice}>
          {t("noBytes")}
        </Text>
      </div>
    )
  }
  const part = described[chosen] ?? described.argument
  const parts = [
    { value: "argument" as const, label: t("given") },
    ...(described.answer === undefined ? [] : [{ value: "answer" as const, label: t("answered") }]),
  ]
  return (
    <div className={classes.inside}>
      <div className={classes.choice}>
        <SegmentedControl<Part> size="xs" aria-label={t("part")} data={parts} value={chosen} onChange={choose} />
        <Text size="xs" c="dimmed">
          {t("bytes", { count: part.bytes.length })}
        </Text>
      </div>
      <div className={classes.bytes}>
        <FieldBytes key={chosen} fields={part.fields} bytes={part.bytes} />
      </div>
    </div>
  )
}
