import { Alert, Radio, Stack } from "@mantine/core"
import { IconLockOpen } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"

/** Clear text is only ever chosen by name. */
export function SecurityFields({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { security, role, peer } = form.values
  const who = role === "hub" ? t("form.thePeers") : peer.trim() || t("form.thePeer")
  return (
    <Stack gap="sm">
      <Radio.Group aria-label={t("form.security")} {...form.getInputProps("security")}>
        <div className={classes.choices}>
          <Choice
            value="wireguard"
            label={t("form.wireguard")}
            description={t("form.wireguardNote")}
            checked={false}
            disabled
          />
          <Choice
            value="none"
            label={t("form.clearText")}
            description={t("form.clearTextNote")}
            checked={security === "none"}
          />
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
