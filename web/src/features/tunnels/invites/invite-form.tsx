import { Button, Group, NativeSelect, Radio, Stack, Switch, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation } from "@tanstack/react-query"
import { type InviteCreated, inviteCreate, routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { pageHost } from "../../../lib/page-host.ts"
import { Fold } from "../../../ui/fold.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Choice } from "../form/choice.tsx"
import { inForm } from "../form/errors.ts"
import classes from "../form/form.module.css"
import { type InviteValues, inviteBody, inviteField, inviteSpans, newInvite } from "./values.ts"

interface InviteFormProps {
  tunnel: TunnelView
  kind: "tun" | "tap"
  form: InviteValues["form"]
  networks: string
  onMade: (created: InviteCreated, form: InviteValues["form"]) => void
  onClose: () => void
}

const text = { autoComplete: "off", spellCheck: false } as const
const mono = { ...text, styles: { input: { fontFamily: "var(--mantine-font-family-monospace)" } } } as const
const forms = ["tundeck", "conf"] as const

/** Who is invited, with which address inside, and where they reach this tunnel. */
export function InviteForm({ tunnel, kind, form: first, networks, onMade, onClose }: InviteFormProps) {
  const { t } = useTranslation("tunnels")
  const appsSpeak = tunnel.transport.kind === "udp" && kind === "tun"
  const form = useForm<InviteValues>({
    initialValues: newInvite({ form: appsSpeak ? first : "tundeck", tunnel, networks, pageHost: pageHost() }),
    validate: (values) => inForm(schemaErrors(inviteCreate, inviteBody(values)), inviteField),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
  const create = useMutation({
    mutationFn: (values: InviteValues) =>
      call(routes.createInvite, { params: { id: tunnel.id }, body: inviteBody(values) }),
    onSuccess: (created, values) => onMade(created, values.form),
    onError: (error) => {
      const errors = inForm(problemErrors(error), inviteField)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  return (
    <form
      noValidate
      aria-label={t("invites.title")}
      onSubmit={form.onSubmit((values) => create.mutate(values), focusFirst(form))}
    >
      <Stack gap="md">
        <Radio.Group label={t("invites.whom")} {...form.getInputProps("form")}>
          <div className={classes.choices}>
            {forms.map((each) => (
              <Choice
                key={each}
                value={each}
                label={t(`invites.form.${each}`)}
                description={t(each === "conf" && !appsSpeak ? "invites.form.confCannot" : `invites.form.${each}Note`)}
                checked={form.values.form === each}
                disabled={each === "conf" && !appsSpeak}
              />
            ))}
          </div>
        </Radio.Group>
        <TextInput
          label={t("peers.name")}
          description={t("peers.nameNote")}
          data-autofocus
          {...text}
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("invites.allowed")}
          description={t("invites.allowedNote")}
          placeholder="10.77.0.2/32"
          {...mono}
          {...form.getInputProps("allowed")}
        />
        <TextInput
          label={t("invites.endpoint")}
          description={t("invites.endpointNote")}
          placeholder="vpn.example.org:51820"
          {...mono}
          {...form.getInputProps("endpoint")}
        />
        <NativeSelect
          label={t("invites.expires")}
          description={t("invites.expiresNote")}
          data={inviteSpans.map(({ seconds, words }) => ({
            value: String(seconds),
            label: t(`invites.spans.${words}`),
          }))}
          {...form.getInputProps("expiresInSeconds")}
        />
        <Fold
          title={t("keyed.more")}
          summary={t("invites.moreSummary")}
          mustOpen={["routes", "dns"].some((field) => form.errors[field] !== undefined)}
        >
          <Stack gap="md">
            <TextInput
              label={t("invites.routes")}
              description={t("invites.routesNote")}
              {...mono}
              {...form.getInputProps("routes")}
            />
            {form.values.form === "conf" && (
              <TextInput
                label={t("invites.dns")}
                description={t("invites.dnsNote")}
                {...mono}
                {...form.getInputProps("dns")}
              />
            )}
            <Switch
              label={t("invites.preshared")}
              description={t("keyed.presharedNote")}
              {...form.getInputProps("withPresharedKey", { type: "checkbox" })}
            />
          </Stack>
        </Fold>
        {create.error !== null && (
          <ProblemNotice error={create.error} shownFields={(path) => form.errors[inviteField(path)] !== undefined} />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("peers.cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("invites.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
