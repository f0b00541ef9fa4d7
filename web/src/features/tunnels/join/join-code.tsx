import { Button, Stack, Text, Textarea } from "@mantine/core"
import { useForm } from "@mantine/form"
import { inviteAccept, routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { Countdown } from "../../../ui/countdown.tsx"
import { KeyValues } from "../../../ui/key-values.tsx"
import { KeyMark } from "../../../ui/keys/key-mark.tsx"
import { ButtonLink } from "../../../ui/links.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { inForm } from "../form/errors.ts"
import classes from "../form/form.module.css"
import { type CodePreview, previewOf } from "./code.ts"
import { Joined } from "./joined.tsx"
import { NameFields } from "./name-fields.tsx"
import { useJoin } from "./use-join.ts"
import { acceptBody, emptyJoin, type JoinValues, joinField } from "./values.ts"

/** Accepts the invite of another Tundeck: one code, and both sides are set up. */
export function JoinCode() {
  const { t } = useTranslation("tunnels")
  const form = useForm<JoinValues>({
    initialValues: emptyJoin,
    validate: (values) => ({
      ...inForm(schemaErrors(inviteAccept, acceptBody(values)), joinField),
      ...(values.text.trim() !== "" && previewOf(values.text) === undefined && { text: t("join.code.wrong") }),
    }),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
  const { join, open } = useJoin({
    send: (values: JoinValues) => call(routes.acceptInvite, { body: acceptBody(values) }),
    onError: (error) => {
      const errors = inForm(problemErrors(error), joinField)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  const preview = previewOf(form.values.text)
  const made = join.data
  if (made !== undefined && made.notes.length > 0) {
    return <Joined made={made} onOpen={() => void open(made.tunnel.id)} />
  }
  return (
    <form
      className={classes.form}
      noValidate
      aria-label={t("join.code.choice")}
      onSubmit={form.onSubmit((values) => join.mutate(values), focusFirst(form))}
    >
      <div className={classes.fields}>
        <Section title={t("join.code.title")} note={t("join.code.note")}>
          <Stack gap="md">
            <Textarea
              label={t("join.code.label")}
              rows={6}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12.5 } }}
              {...form.getInputProps("text")}
            />
            <NameFields form={form} proposed={preview?.tunnel} />
          </Stack>
        </Section>
        {join.error !== null && (
          <ProblemNotice error={join.error} shownFields={(path) => form.errors[joinField(path)] !== undefined} />
        )}
        <div className={classes.actions}>
          <Button type="submit" loading={join.isPending}>
            {t("join.code.submit")}
          </Button>
          <ButtonLink to="/tunnels" variant="default">
            {t("form.cancel")}
          </ButtonLink>
        </div>
      </div>
      <div className={classes.side}>
        <Section title={t("join.code.says")}>
          {preview === undefined ? (
            <Text size="sm" c="dimmed">
              {t("join.code.nothing")}
            </Text>
          ) : (
            <Preview preview={preview} />
          )}
        </Section>
      </div>
    </form>
  )
}

function Preview({ preview }: { preview: CodePreview }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { kind, transport, addresses, endpoint, networks, publicKey, expiresAt } = preview
  return (
    <KeyValues
      items={[
        { key: t("join.code.carrier"), value: `${t(`form.${transport}`)}, ${kind}` },
        { key: t("other.address"), value: <Mono>{addresses.join(", ")}</Mono> },
        { key: t("join.code.called"), value: endpoint === null ? common("page.none") : <Mono>{endpoint}</Mono> },
        { key: t("join.code.reaches"), value: <Mono>{networks.join(", ")}</Mono> },
        { key: t("join.code.key"), value: <KeyMark publicKey={publicKey} /> },
        { key: t("join.code.ends"), value: <Countdown time={expiresAt} over={t("join.code.expired")} /> },
      ]}
    />
  )
}
