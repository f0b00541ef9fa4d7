import { Input } from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import type { WgQuickRemark } from "@tundeck/shared"
import { useId, useRef } from "react"
import { useTranslation } from "react-i18next"
import classes from "./join.module.css"
import type { JoinValues } from "./values.ts"

interface ConfFieldProps {
  form: UseFormReturnType<JoinValues>
  faults: readonly WgQuickRemark[]
  /** A file hangs over it. */
  isOver: boolean
}

const fewestLines = 12

/** The text of a file with the numbers of its lines; what is wrong with a line stands below, and leads to it. */
export function ConfField({ form, faults, isOver }: ConfFieldProps) {
  const { t } = useTranslation("tunnels")
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const { error, ...props } = form.getInputProps("text")
  const lines = form.values.text.split("\n")
  const wrong = new Set(faults.map(({ line }) => line))
  const rows = Math.max(fewestLines, lines.length)
  const goTo = (line: number) => {
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
    field.current?.focus()
    field.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  }
  return (
    <Input.Wrapper id={id} label={t("join.file.label")} error={error}>
      <div className={classes.file} data-over={isOver || undefined}>
        <div className={classes.numbers} aria-hidden="true">
          {Array.from({ length: rows }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <span key={i} data-wrong={wrong.has(i + 1) || undefined}>
              {i + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={field}
          id={id}
          className={classes.text}
          rows={rows}
          wrap="off"
          autoComplete="off"
          spellCheck={false}
          placeholder={t("join.file.placeholder")}
          aria-invalid={faults.length > 0 || error !== undefined}
          aria-describedby={faults.length > 0 ? `${id}-faults` : undefined}
          data-path="text"
          {...props}
        />
      </div>
      {faults.length > 0 && (
        <ul id={`${id}-faults`} className={classes.faults} aria-label={t("join.file.wrong")}>
          {faults.map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              <button type="button" onClick={() => goTo(line)}>
                {t("join.file.line", { line })}
              </button>
              <span>{message}</span>
            </li>
          ))}
        </ul>
      )}
    </Input.Wrapper>
  )
}
