import { Alert, Button, Radio, Stack, Text, TextInput } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import { ListenAddress, Port } from "./end-fields.tsx"
import { afterSecurity } from "./follow.ts"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"
import type { Invited } from "./values.ts"

const choices = ["tundeck", "app", "key", "simpletun"] as const satisfies readonly Invited[]

/** Wireguard: who is let in first, and where this host is called. `peersElsewhere`: the tunnel exists, and has a tab for its peers. */
export function WireguardEnds({ form, peersElsewhere }: { form: TunnelForm; peersElsewhere: ReactNode }) {
  const { t } = useTranslation("tunnels")
  const { invited } = form.values
  return (
    <Stack gap="md">
      {peersElsewhere ?? (
        <Radio.Group aria-label={t("form.invited")} {...form.getInputProps("invited")}>
          <div className={classes.choices}>
            {choices.map((each) => (
              <Choice
                key={each}
                value={each}
                label={t(`invited.${each}`)}
                description={t(`invited.${each}Note`)}
                checked={invited === each}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      {peersElsewhere === undefined && invited === "simpletun" && <NeedsClearText form={form} />}
      <div className={classes.row}>
        <ListenAddress form={form} />
        <Port form={form} />
      </div>
      {form.getInitialValues().security === "wireguard" && form.getInitialValues().peer !== "" && (
        <TextInput
          label={t("form.connect")}
          description={t("form.connectNote")}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("peer")}
        />
      )}
    </Stack>
  )
}

/** The tutorial's program cannot encrypt: that is said, and not done by itself. */
function NeedsClearText({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const change = () =>
    form.setValues({
      ...afterSecurity(form.values, form.getInitialValues(), "none"),
      transport: "tcp",
      framing: "simpletun",
    })
  return (
    <Alert color="yellow" title={t("invited.needsClearText")}>
      <Stack gap="sm" align="start">
        <Text size="sm">{t("invited.needsClearTextDetail")}</Text>
        <Button size="xs" variant="default" onClick={change}>
          {t("invited.useClearText")}
        </Button>
      </Stack>
    </Alert>
  )
}
