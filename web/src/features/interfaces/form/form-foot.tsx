import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import classes from "./form.module.css"

interface FormFootProps {
  submit: string
  pending: boolean
  disabled?: boolean
  /** How many fields are not right; they may be out of sight. */
  faults: number
  note?: string | undefined
  /** The panel's refusal; null when there is none. */
  error: unknown
  shownFields: (path: string) => boolean
  cancel: ReactNode
}

/** The buttons of a long form, always in sight. */
export function FormFoot({
  submit,
  pending,
  disabled = false,
  faults,
  note,
  error,
  shownFields,
  cancel,
}: FormFootProps) {
  const { t } = useTranslation()
  return (
    <div className={classes.foot}>
      {error !== null && (
        <div className={classes.footProblem}>
          <ProblemNotice error={error} shownFields={shownFields} />
        </div>
      )}
      <span className={classes.footNote} data-bad={faults > 0 || undefined} role="status">
        {faults > 0 ? t("problem.fixFields", { count: faults }) : note}
      </span>
      {cancel}
      <Button type="submit" loading={pending} disabled={disabled}>
        {submit}
      </Button>
    </div>
  )
}
