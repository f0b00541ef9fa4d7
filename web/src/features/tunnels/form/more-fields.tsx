import { NumberInput, Switch, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Fold } from "../../../ui/fold.tsx"
import { kernelWords } from "../../../ui/kernel-label.tsx"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"

const text = { autoComplete: "off", spellCheck: false } as const

/** What few tunnels need: each with its sentence and the kernel's name for it. */
export function MoreFields({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { security, role, more } = form.values
  // A wireguard tunnel calls and answers from one socket, and its sources are its peers' networks.
  const hasSource = security === "none" && role === "connect"
  const hasAllowed = security === "none" && role !== "hub"
  const words = (name: "sourceAddress" | "sourceInterface" | "firewallMark" | "dscp" | "clampMss") =>
    kernelWords(t(`form.more.${name}.label`), t(`form.more.${name}.kernel`), t(`form.more.${name}.description`))
  const set = [
    hasSource && more.sourceAddress !== "" && t("form.more.isSet.sourceAddress", { value: more.sourceAddress }),
    more.sourceInterface !== "" && t("form.more.isSet.sourceInterface", { value: more.sourceInterface }),
    more.firewallMark !== "" && t("form.more.isSet.firewallMark", { value: more.firewallMark }),
    more.dscp !== "" && t("form.more.isSet.dscp", { value: more.dscp }),
    hasAllowed && more.allowed !== "" && t("form.more.isSet.allowed"),
    more.clampMss && t("form.more.isSet.clampMss"),
  ].filter((part) => part !== false)
  return (
    <Fold
      title={t("form.more.title")}
      summary={set.length > 0 ? set.join(", ") : t(hasSource ? "form.more.none" : "form.more.noneOpen")}
      mustOpen={Object.keys(form.errors).some((field) => field.startsWith("more."))}
    >
      <div className={classes.more}>
        {hasSource && <TextInput {...words("sourceAddress")} {...text} {...form.getInputProps("more.sourceAddress")} />}
        <TextInput {...words("sourceInterface")} {...text} {...form.getInputProps("more.sourceInterface")} />
        <TextInput {...words("firewallMark")} {...text} {...form.getInputProps("more.firewallMark")} />
        <NumberInput
          {...words("dscp")}
          min={0}
          max={63}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          hideControls
          {...form.getInputProps("more.dscp")}
        />
        {hasAllowed && (
          <TextInput
            label={t("form.more.allowed.label")}
            description={t("form.more.allowed.description")}
            {...text}
            {...form.getInputProps("more.allowed")}
          />
        )}
        <Switch {...words("clampMss")} {...form.getInputProps("more.clampMss", { type: "checkbox" })} />
      </div>
    </Fold>
  )
}
