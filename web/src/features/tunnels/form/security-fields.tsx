import { Alert, Radio, Stack } from "@mantine/core"
import { IconLockOpen } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import { afterSecurity } from "./follow.ts"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"

const kinds = ["wireguard", "none"] as const

/** Encrypted, unless clear text is chosen by name. */
export function SecurityFields({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { security, role, peer } = form.values
  const who = role === "hub" ? t("form.thePeers") : peer.trim() || t("form.thePeer")
  const { onChange: _, ...group } = form.getInputProps("security")
  const choose = (chosen: string) => {
    const kind = kinds.find((each) => each === chosen)
    if (kind !== undefined) form.setValues(afterSecurity(form.values, form.getInitialValues(), kind))
  }
  return (
    <Stack gap="sm">
      <Radio.Group aria-label={t("form.security")} {...group} onChange={choose}>
        <div className={classes.choices}>
          {kinds.map((kind) => (
            <Choice
              key={kind}
              value={kind}
              label={t(`form.${kind === "none" ? "clearText" : kind}`)}
              description={t(`form.${kind === "none" ? "clearText" : kind}Note`)}
              checked={security === kind}
            />
          ))}
        </div>
      </Radio.Group>
      {security === "none" && (
        <Alert color="red" icon={<IconLockOpen aria-hidden />} title={t("form.clearTextWarning")}>
          {t("form.clearTextDetail", { peer: who })}
        </Alert>
      )}
    </Stack>
  )
}
