import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import classes from "./form.module.css"

interface FormFootProps {
  submit: string
  pending: boolean
  disabled?: boolean
  /** How many fields are not right; they may be out of sight. */
  faults: number
  note?: string | undefined
  cancel: ReactNode
}

/** The buttons of a long form, always in sight. */
export function FormFoot({ submit, pending, disabled = false, faults, note, cancel }: FormFootProps) {
  const { t } = useTranslation("interfaces")
  return (
    <div className={classes.foot}>
      <span className={classes.footNote} data-bad={faults > 0 || undefined} role="status">
        {faults > 0 ? t("form.fixFields", { count: faults }) : note}
      </span>
      {cancel}
      <Button type="submit" loading={pending} disabled={disabled}>
        {submit}
      </Button>
    </div>
  )
}
