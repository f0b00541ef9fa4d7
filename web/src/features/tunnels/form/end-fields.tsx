import { NumberInput, TextInput } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import classes from "./form.module.css"
import type { TunnelEnds } from "./other-side.ts"
import { PeersField } from "./peers-field.tsx"
import type { TunnelForm } from "./use-tunnel-form.ts"

interface EndFieldsProps {
  form: TunnelForm
  ends: TunnelEnds
  peersElsewhere: ReactNode
}

/** Where the other host is, or where this one waits for it. */
export function EndFields({ form, ends, peersElsewhere }: EndFieldsProps) {
  const { t } = useTranslation("tunnels")
  const { role } = form.values
  if (role === "hub") {
    return (
      <>
        <div className={classes.row}>
          <ListenAddress form={form} />
          <Port form={form} />
        </div>
        {peersElsewhere ?? <PeersField form={form} ends={ends} />}
      </>
    )
  }
  return (
    <>
      <div className={classes.row}>
        <TextInput
          label={t(role === "connect" ? "form.peerCalled" : "form.peerAwaited")}
          description={t(role === "connect" ? "form.peerCalledNote" : "form.peerAwaitedNote")}
          placeholder="192.168.1.7"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("peer")}
        />
        <Port form={form} />
      </div>
      {role === "listen" && <ListenAddress form={form} />}
    </>
  )
}

export function ListenAddress({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  return (
    <TextInput
      label={t("form.listenAddress")}
      description={t("form.listenAddressNote")}
      autoComplete="off"
      spellCheck={false}
      {...form.getInputProps("listenAddress")}
    />
  )
}

/** ICMP has no ports: there the same number is the tunnel's own. */
export function Port({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { transport, role, security } = form.values
  const where = security === "wireguard" ? "portOpen" : role === "connect" ? "portThere" : "portHere"
  const words =
    transport === "icmp"
      ? { label: t("form.number"), description: t("form.numberNote") }
      : { label: t("form.port"), description: t(`form.${where}`) }
  return (
    <NumberInput
      {...words}
      min={1}
      max={65_535}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      hideControls
      {...form.getInputProps("port")}
    />
  )
}
