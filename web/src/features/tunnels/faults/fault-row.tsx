import { NumberInput, Slider } from "@mantine/core"
import { type Direction, faultSettings } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import classes from "./faults.module.css"
import { type FaultField, isOn, placeOf, stopsOf } from "./stops.ts"

interface FaultRowProps {
  direction: Direction
  field: FaultField
  value: number | null
  disabled: boolean
  onChange: (value: number | null) => void
}

/** One fault: a slider for the hand, a number for the exact value. */
export function FaultRow({ direction, field, value, disabled, onChange }: FaultRowProps) {
  const { t } = useTranslation("tunnels")
  const label = t(`faults.field.${field}.label`)
  const unit = t(`faults.field.${field}.unit`)
  const name = t(`faults.fieldOf.${direction}`, { label })
  const stops = stopsOf(field)
  const words = (place: number) => {
    const stop = stops[place] ?? null
    return stop === null ? t("faults.noLimit") : `${stop < 1 ? stop : formatCount(stop)} ${unit}`
  }
  return (
    <div className={classes.row} data-on={isOn(field, value) || undefined}>
      <div className={classes.words}>
        <span className={classes.label}>{label}</span>
        <span className={classes.note}>{t(`faults.field.${field}.description`)}</span>
      </div>
      <Slider
        className={classes.slider}
        color={isOn(field, value) ? "var(--td-waiting)" : "var(--td-idle)"}
        min={0}
        max={stops.length - 1}
        step={1}
        value={placeOf(field, value)}
        onChange={(place) => onChange(stops[place] ?? null)}
        label={words}
        thumbLabel={name}
        thumbValueText={words}
        inverted={field === "rateKbps"}
        disabled={disabled}
      />
      <Exact field={field} name={name} unit={unit} value={value} disabled={disabled} onChange={onChange} />
    </div>
  )
}

type ExactProps = Pick<FaultRowProps, "field" | "value" | "disabled" | "onChange"> & {
  name: string
  unit: string
}

function Exact({ field, name, unit, value, disabled, onChange }: ExactProps) {
  const { t } = useTranslation("tunnels")
  /** Text that is not a value yet, such as "0." on the way to 0.5. */
  const [typed, setTyped] = useState<number | string | null>(null)
  const parsed = typed === null ? undefined : parse(field, typed)
  const change = (text: number | string) => {
    setTyped(text)
    const next = parse(field, text)
    if (next.success && next.value !== value) onChange(next.value)
  }
  return (
    <NumberInput
      className={classes.number}
      size="xs"
      aria-label={name}
      value={typed ?? value ?? ""}
      onChange={change}
      onBlur={() => setTyped(null)}
      error={parsed?.success === false && parsed.message}
      placeholder={field === "rateKbps" ? t("faults.noLimit") : "0"}
      suffix={` ${unit}`}
      thousandSeparator=","
      decimalScale={2}
      allowNegative={false}
      allowDecimal={field !== "rateKbps"}
      clampBehavior="none"
      hideControls
      disabled={disabled}
    />
  )
}

type Parsed = { success: true; value: number | null } | { success: false; message: string }

/** Empty is none of it. */
function parse(field: FaultField, text: number | string): Parsed {
  const empty = field === "rateKbps" ? null : 0
  const { success, data, error } = faultSettings.shape[field].safeParse(text === "" ? empty : Number(text))
  return success ? { success, value: data } : { success, message: error.issues[0]?.message ?? "" }
}
