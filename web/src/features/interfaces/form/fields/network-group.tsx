import { NumberInput, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { kernelWords } from "../../../../ui/kernel-label.tsx"
import { Section } from "../../../../ui/section.tsx"
import classes from "../form.module.css"
import type { InterfaceForm } from "../use-interface-form.ts"
import { AddressesField } from "./addresses-field.tsx"
import { Flag } from "./flag.tsx"
import { RoutesField } from "./routes-field.tsx"

const mono = { input: { fontFamily: "var(--mantine-font-family-monospace)" } }

export function NetworkGroup({ form }: { form: InterfaceForm }) {
  const { t } = useTranslation("interfaces")
  return (
    <Section title={t("form.groups.network.title")} note={t("form.groups.network.note")}>
      <div className={classes.fields}>
        <AddressesField form={form} />
        <RoutesField form={form} />
        <NumberInput
          {...kernelWords(t("form.mtu.label"), t("form.mtu.kernel"), t("form.mtu.description"))}
          min={68}
          max={65_535}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          hideControls
          {...form.getInputProps("mtu")}
        />
        <Flag
          form={form}
          name="up"
          label={t("form.up.label")}
          kernel={t("form.up.kernel")}
          description={t("form.up.description")}
        />
        {form.values.kind === "tap" && (
          <>
            <TextInput
              {...kernelWords(t("form.mac.label"), t("form.mac.kernel"), t("form.mac.description"))}
              placeholder={t("form.mac.placeholder")}
              autoComplete="off"
              spellCheck={false}
              styles={mono}
              {...form.getInputProps("mac")}
            />
            <TextInput
              {...kernelWords(t("form.bridge.label"), t("form.bridge.kernel"), t("form.bridge.description"))}
              placeholder={t("form.bridge.placeholder")}
              autoComplete="off"
              spellCheck={false}
              styles={mono}
              {...form.getInputProps("bridge")}
            />
          </>
        )}
      </div>
    </Section>
  )
}
