import { Radio, Stack, Switch } from "@mantine/core"
import { carrierKinds } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import { afterTransport } from "./follow.ts"
import classes from "./form.module.css"
import { MoreFields } from "./more-fields.tsx"
import type { TunnelForm } from "./use-tunnel-form.ts"

const shownFirst = { wireguard: ["udp", "tcp", "icmp"], none: carrierKinds } as const

/** What carries the packets. */
export function TransportFields({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { transport, security } = form.values
  const { onChange: _, ...group } = form.getInputProps("transport")
  const choose = (chosen: string) => {
    const kind = carrierKinds.find((each) => each === chosen)
    if (kind !== undefined) form.setValues(afterTransport(form.values, form.getInitialValues(), kind))
  }
  return (
    <Stack gap="md">
      <Radio.Group aria-label={t("form.transport")} {...group} onChange={choose}>
        <div className={classes.choices} data-three>
          {shownFirst[security].map((each) => (
            <Choice
              key={each}
              value={each}
              label={t(`form.${each}`)}
              description={t(`form.${each}Note`)}
              checked={transport === each}
            />
          ))}
        </div>
      </Radio.Group>
      {security === "wireguard" && transport === "udp" && (
        <Switch
          label={t("form.fallback")}
          description={t("form.fallbackNote")}
          {...form.getInputProps("fallback", { type: "checkbox" })}
        />
      )}
      <MoreFields form={form} />
    </Stack>
  )
}
