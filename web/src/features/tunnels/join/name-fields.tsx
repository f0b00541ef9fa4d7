import { Checkbox, TextInput } from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import { useTranslation } from "react-i18next"
import classes from "../form/form.module.css"
import type { JoinValues } from "./values.ts"

interface NameFieldsProps {
  form: UseFormReturnType<JoinValues>
  /** What the tunnel is called when nothing is written; without it, a name must be. */
  proposed: string | undefined
}

const text = { autoComplete: "off", spellCheck: false } as const

/** How tunnel and interface are called here, and whether they start by themselves. */
export function NameFields({ form, proposed }: NameFieldsProps) {
  const { t } = useTranslation("tunnels")
  const name = form.values.name.trim() || proposed || ""
  return (
    <>
      <div className={classes.halves}>
        <TextInput
          label={t("form.name")}
          description={t("join.nameNote")}
          placeholder={proposed}
          {...text}
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("form.interfaceName")}
          description={t("join.interfaceNote")}
          placeholder={name.slice(0, 15)}
          {...text}
          {...form.getInputProps("interface")}
        />
      </div>
      <Checkbox
        label={t("form.autostart")}
        description={t("form.autostartNote")}
        {...form.getInputProps("autostart", { type: "checkbox" })}
      />
    </>
  )
}
