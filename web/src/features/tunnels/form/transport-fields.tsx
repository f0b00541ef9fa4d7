import { Checkbox, NumberInput, Radio, Stack, Text, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Choice } from "./choice.tsx"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"
import { peerIsPublic } from "./values.ts"

/** Who calls whom. `publicRefused`: the panel found that the peer's name leads to an address of the Internet. */
export function TransportFields({ form, publicRefused }: { form: TunnelForm; publicRefused: boolean }) {
  const { t } = useTranslation("tunnels")
  const { role, allowPublicPeer } = form.values
  const asksPublic = peerIsPublic(form.values) || publicRefused || allowPublicPeer
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={500}>
          {t("form.tcp")}
        </Text>
        <Text size="sm" c="dimmed">
          {t("form.tcpNote")}
        </Text>
      </div>
      <Radio.Group label={t("form.role")} {...form.getInputProps("role")}>
        <div className={classes.choices}>
          <Choice
            value="connect"
            label={t("form.calls")}
            description={t("form.callsNote")}
            checked={role === "connect"}
          />
          <Choice
            value="listen"
            label={t("form.waits")}
            description={t("form.waitsNote")}
            checked={role === "listen"}
          />
        </div>
      </Radio.Group>
      <div className={classes.row}>
        <TextInput
          label={t(role === "connect" ? "form.peerCalled" : "form.peerAwaited")}
          description={t(role === "connect" ? "form.peerCalledNote" : "form.peerAwaitedNote")}
          placeholder="192.168.1.7"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("peer")}
        />
        <NumberInput
          label={t("form.port")}
          description={t(role === "connect" ? "form.portThere" : "form.portHere")}
          min={1}
          max={65_535}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          hideControls
          {...form.getInputProps("port")}
        />
      </div>
      {role === "listen" && (
        <TextInput
          label={t("form.listenAddress")}
          description={t("form.listenAddressNote")}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("listenAddress")}
        />
      )}
      {asksPublic && (
        <Checkbox
          color="red"
          label={t("form.allowPublicPeer")}
          description={t("form.allowPublicPeerNote")}
          {...form.getInputProps("allowPublicPeer", { type: "checkbox" })}
        />
      )}
    </Stack>
  )
}
