import { TextInput } from "@mantine/core"
import type { FrameEnds } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { MacInput } from "./mac-input.tsx"
import { type Field, fieldsOf, isMac, isNumber, type PacketKind, type Texts } from "./packet-form.ts"
import classes from "./try.module.css"

interface PacketFieldsProps {
  kind: PacketKind
  isTap: boolean
  texts: Texts
  /** What is filled in where no MAC address is typed. */
  ends: FrameEnds | undefined
  errorOf: (field: Field) => string | undefined
  onType: (field: Field, text: string) => void
}

/** What a packet says, in the order in which it is thought of. */
export function PacketFields({ kind, isTap, texts, ends, errorOf, onType }: PacketFieldsProps) {
  const { t } = useTranslation("tunnels")
  return (
    <div className={classes.fields}>
      {fieldsOf(kind, isTap).map((field) => {
        const input = { value: texts[field] ?? "", error: errorOf(field), spellCheck: false, autoComplete: "off" }
        if (isMac(field)) {
          const end = ends?.[field === "ethernet.source" ? "source" : "destination"]
          const label = t(`tryOut.inject.field.${field}`)
          return <MacInput key={field} {...input} label={label} end={end} onType={(text) => onType(field, text)} />
        }
        const isAsked = field === "destination" && kind === "arp"
        return (
          <TextInput
            key={field}
            {...input}
            className={field === "bytes" || field === "data" ? classes.wide : undefined}
            label={isAsked ? t("tryOut.inject.asked") : t(`tryOut.inject.field.${field}`)}
            onChange={({ currentTarget }) => onType(field, currentTarget.value)}
            inputMode={isNumber(field) ? "numeric" : undefined}
          />
        )
      })}
    </div>
  )
}
