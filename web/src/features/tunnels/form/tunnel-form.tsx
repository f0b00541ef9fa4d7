import { Button, Checkbox, Stack, Text, TextInput } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { focusFirst } from "../../../lib/focus-first.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { ClearEnds } from "./clear-ends.tsx"
import { endsOf } from "./ends.ts"
import { interfaceField, tunnelField } from "./errors.ts"
import classes from "./form.module.css"
import { InterfaceFields } from "./interface-fields.tsx"
import { NextSteps } from "./next-steps.tsx"
import { OtherSidePanel } from "./other-side-panel.tsx"
import { SecurityFields } from "./security-fields.tsx"
import { TransportFields } from "./transport-fields.tsx"
import type { TunnelForm } from "./use-tunnel-form.ts"
import type { TunnelFormValues } from "./values.ts"
import { WireguardEnds } from "./wireguard-ends.tsx"

interface TunnelFormPartsProps {
  form: TunnelForm
  interfaces: readonly InterfaceView[]
  users: ReadonlyMap<string, string>
  mayCreateInterface: boolean
  onSubmit: (values: TunnelFormValues) => void
  submit: string
  pending: boolean
  error: unknown
  publicRefused: boolean
  /** Above the buttons: what happened so far. */
  notice?: ReactNode
  /** Beside the submit button. */
  cancel?: ReactNode
  /** Instead of a hub's rows of peers, or of whom to invite: the tunnel has a tab for them. */
  peersElsewhere?: ReactNode
}

const shownFields = (path: string) => tunnelField(path) !== undefined || interfaceField(path) !== undefined

export function TunnelFormParts(props: TunnelFormPartsProps) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { form, interfaces, users, error, notice } = props
  const faults = Object.keys(form.errors).length
  const isClear = form.values.security === "none"
  const ends = endsOf(form.values, interfaces, t("other.thisHost"))
  return (
    <form
      className={classes.form}
      noValidate
      aria-label={t("form.label")}
      onSubmit={form.onSubmit(props.onSubmit, focusFirst(form))}
    >
      <div className={classes.fields}>
        <Section title={t("form.what")}>
          <Stack gap="md">
            <TextInput
              label={t("form.name")}
              description={t("form.nameNote")}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              {...form.getInputProps("name")}
            />
            <InterfaceFields form={form} interfaces={interfaces} users={users} mayCreate={props.mayCreateInterface} />
          </Stack>
        </Section>
        <Section title={t("form.transport")}>
          <TransportFields form={form} />
        </Section>
        <Section title={t("form.security")}>
          <SecurityFields form={form} />
        </Section>
        <Section title={t("form.who")}>
          {isClear ? (
            <ClearEnds
              form={form}
              ends={ends}
              publicRefused={props.publicRefused}
              peersElsewhere={props.peersElsewhere}
            />
          ) : (
            <WireguardEnds form={form} peersElsewhere={props.peersElsewhere} />
          )}
        </Section>
        <Checkbox
          label={t("form.autostart")}
          description={t("form.autostartNote")}
          {...form.getInputProps("autostart", { type: "checkbox" })}
        />
        {notice}
        {error !== null && error !== undefined && <ProblemNotice error={error} shownFields={shownFields} />}
        <div className={classes.actions}>
          <Button type="submit" loading={props.pending}>
            {props.submit}
          </Button>
          {props.cancel}
          <Text size="sm" c="var(--mantine-color-error)" role="status">
            {faults > 0 && common("problem.fixFields", { count: faults })}
          </Text>
        </div>
      </div>
      <div className={classes.side}>
        {isClear ? (
          <OtherSidePanel ends={ends} />
        ) : (
          <NextSteps invited={props.peersElsewhere === undefined ? form.values.invited : undefined} />
        )}
      </div>
    </form>
  )
}
