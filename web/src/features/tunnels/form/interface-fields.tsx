import { Radio, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { usePhone } from "../../../lib/use-phone.ts"
import classes from "./form.module.css"
import type { TunnelForm } from "./use-tunnel-form.ts"

interface InterfaceFieldsProps {
  form: TunnelForm
  interfaces: readonly InterfaceView[]
  /** Which tunnels are over an interface already, by its name. */
  users: ReadonlyMap<string, string>
  /** Also offers to make one in the same step. */
  mayCreate: boolean
}

export function InterfaceFields({ form, interfaces, users, mayCreate }: InterfaceFieldsProps) {
  const { t } = useTranslation("tunnels")
  const phone = usePhone()
  const from = form.values.interfaceFrom
  return (
    <Stack gap="sm">
      {mayCreate && (
        <SegmentedControl
          aria-label={t("form.interfaceFrom")}
          style={{ alignSelf: "start" }}
          orientation={phone ? "vertical" : "horizontal"}
          data={[
            { value: "existing", label: t("form.existing"), disabled: interfaces.length === 0 },
            { value: "new", label: t("form.createNow") },
          ]}
          {...form.getInputProps("interfaceFrom")}
        />
      )}
      {from === "existing" ? (
        <Select
          label={t("form.interface")}
          placeholder={t("form.chooseInterface")}
          data={interfaces.map((view) => ({ value: view.name, label: describe(view, users.get(view.name), t) }))}
          searchable={interfaces.length > 8}
          allowDeselect={false}
          {...form.getInputProps("interface")}
        />
      ) : (
        <NewInterface form={form} />
      )}
    </Stack>
  )
}

function describe(
  { name, kind, addresses }: InterfaceView,
  user: string | undefined,
  t: ReturnType<typeof useTranslation<"tunnels">>["t"],
): string {
  const parts = [name, kind, addresses[0] ?? t("form.noAddress")]
  if (user !== undefined) parts.push(t("form.usedBy", { name: user }))
  return parts.join(" · ")
}

function NewInterface({ form }: { form: TunnelForm }) {
  const { t } = useTranslation("tunnels")
  const { kind } = form.values.newInterface
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("form.createNowNote")}
      </Text>
      <Radio.Group label={t("form.kind")} {...form.getInputProps("newInterface.kind")}>
        <div className={classes.choices}>
          <div className={classes.choice} data-checked={kind === "tun" || undefined}>
            <Radio value="tun" label="tun" description={t("form.tun")} />
          </div>
          <div className={classes.choice} data-checked={kind === "tap" || undefined}>
            <Radio value="tap" label="tap" description={t("form.tap")} />
          </div>
        </div>
      </Radio.Group>
      <TextInput
        label={t("form.interfaceName")}
        description={t("form.interfaceNameNote", { example: `${kind}0` })}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("newInterface.name")}
      />
      <TextInput
        label={t("form.address")}
        description={t("form.addressNote")}
        placeholder="10.77.0.1/24"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("newInterface.address")}
      />
    </Stack>
  )
}
