import { Radio } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Section } from "../../../../ui/section.tsx"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"
import { Flag } from "./flag.tsx"
import { NameField } from "./name-field.tsx"

/** The device: settled at creation but for its name. */
export function WhatGroup({ form, own }: { form: InterfaceForm; own?: string | undefined }) {
  const { t } = useTranslation("interfaces")
  const fixed = own !== undefined
  return (
    <Section title={t("form.groups.what.title")} note={t(fixed ? "form.fixed" : "form.groups.what.note")}>
      <div className={classes.fields}>
        <NameField form={form} own={own} />
        <Radio.Group label={t("form.kind.label")} {...form.getInputProps("kind")}>
          <div className={classes.choice}>
            {(["tun", "tap"] as const).map((kind) => (
              <Radio
                key={kind}
                className={classes.option}
                data-checked={form.values.kind === kind || undefined}
                data-disabled={fixed || undefined}
                value={kind}
                disabled={fixed}
                label={t(`form.kind.${kind}.label`)}
                description={t(`form.kind.${kind}.description`)}
              />
            ))}
          </div>
        </Radio.Group>
        <Flag
          form={form}
          name="packetInfo"
          label={t("form.packetInfo.label")}
          kernel={t(form.values.packetInfo ? "form.packetInfo.kernelOn" : "form.packetInfo.kernelOff")}
          description={t("form.packetInfo.description")}
          disabled={fixed}
        />
        <Flag
          form={form}
          name="vnetHeader"
          label={t("form.vnetHeader.label")}
          kernel={t("form.vnetHeader.kernel")}
          description={t("form.vnetHeader.description")}
          disabled={fixed}
        />
        <Flag
          form={form}
          name="multiQueue"
          label={t("form.multiQueue.label")}
          kernel={t("form.multiQueue.kernel")}
          description={t("form.multiQueue.description")}
          disabled={fixed}
        />
      </div>
    </Section>
  )
}
