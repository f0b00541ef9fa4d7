import { Radio } from "@mantine/core"
import classes from "./form.module.css"

interface ChoiceProps {
  value: string
  label: string
  description: string
  checked: boolean
  disabled?: boolean
}

/** One of few ways, with its sentence. */
export function Choice({ value, label, description, checked, disabled }: ChoiceProps) {
  return (
    <div className={classes.choice} data-checked={checked || undefined}>
      <Radio value={value} label={label} description={description} disabled={disabled} />
    </div>
  )
}
