import { TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { kernelWords } from "../../../../ui/kernel-label.tsx"
import { Section } from "../../../../ui/section.tsx"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"
import { Flag } from "./flag.tsx"

export function AccessGroup({ form }: { form: InterfaceForm }) {
  const { t } = useTranslation("interfaces")
  return (
    <Section title={t("form.groups.access.title")} note={t("form.groups.access.note")}>
      <div className={classes.fields}>
        {(["owner", "group"] as const).map((name) => (
          <TextInput
            key={name}
            {...kernelWords(t(`form.${name}.label`), t(`form.${name}.kernel`), t(`form.${name}.description`))}
            placeholder={t(`form.${name}.placeholder`)}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(name)}
          />
        ))}
        <Flag
          form={form}
          name="persistent"
          label={t("form.persistent.label")}
          kernel={t("form.persistent.kernel")}
          description={t("form.persistent.description")}
        />
        <Flag form={form} name="heal" label={t("form.heal.label")} description={t("form.heal.description")} />
      </div>
    </Section>
  )
}
