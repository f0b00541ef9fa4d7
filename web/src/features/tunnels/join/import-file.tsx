import { Button, FileButton, Group, Stack, Text } from "@mantine/core"
import { useForm } from "@mantine/form"
import { IconFileImport } from "@tabler/icons-react"
import { parseWgQuick, routes, wgQuickImport } from "@tundeck/shared"
import { type DragEvent, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../../lib/api/form-errors.ts"
import { focusFirst } from "../../../lib/focus-first.ts"
import { judgeOnLeave } from "../../../lib/judge-on-leave.ts"
import { ButtonLink } from "../../../ui/links.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Section } from "../../../ui/section.tsx"
import { inForm } from "../form/errors.ts"
import classes from "../form/form.module.css"
import { ConfField } from "./conf-field.tsx"
import { ConfSays } from "./conf-says.tsx"
import { Joined } from "./joined.tsx"
import { NameFields } from "./name-fields.tsx"
import { useJoin } from "./use-join.ts"
import { emptyJoin, importBody, type JoinValues, joinField, nameOfFile } from "./values.ts"

const largestFile = 1_000_000

/** Makes interface and tunnel from a file of wg-quick, pasted, chosen or dropped. What is wrong stands beside its line. */
export function ImportFile() {
  const { t } = useTranslation("tunnels")
  const [isOver, setOver] = useState(false)
  const form = useForm<JoinValues>({
    initialValues: emptyJoin,
    validate: (values) => inForm(schemaErrors(wgQuickImport, importBody(values)), joinField),
    enhanceGetInputProps: judgeOnLeave,
    clearInputErrorOnChange: true,
  })
  const { text } = form.values
  const parsed = useMemo(() => (text.trim() === "" ? undefined : parseWgQuick(text)), [text])
  const faults = parsed?.faults ?? []
  const { join, open } = useJoin({
    send: (values: JoinValues) => call(routes.importTunnel, { body: importBody(values) }),
    onError: (error) => {
      const errors = inForm(problemErrors(error), joinField)
      form.setErrors(errors)
      focusFirst(form)(errors)
    },
  })
  const take = async (file: File | null | undefined) => {
    if (!file) return
    if (file.size > largestFile) return form.setErrors({ text: t("join.file.tooLarge") })
    const name = form.values.name.trim() === "" ? nameOfFile(file.name) : form.values.name
    form.setValues({ text: await file.text(), name })
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }
  const made = join.data
  if (made !== undefined && made.notes.length > 0) {
    return <Joined made={made} onOpen={() => void open(made.tunnel.id)} />
  }
  return (
    <form
      className={classes.form}
      noValidate
      aria-label={t("join.file.choice")}
      onSubmit={form.onSubmit((values) => {
        if (faults.length === 0) join.mutate(values)
      }, focusFirst(form))}
    >
      <div className={classes.fields}>
        <Section
          title={t("join.file.title")}
          note={t("join.file.note")}
          actions={
            <FileButton onChange={(file) => void take(file)} accept=".conf,text/plain">
              {(props) => (
                <Button {...props} size="xs" variant="default" leftSection={<IconFileImport size={15} aria-hidden />}>
                  {t("join.file.pick")}
                </Button>
              )}
            </FileButton>
          }
        >
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way of three; the button and the field are the others */}
          <div
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
          >
            <Stack gap="md">
              <ConfField form={form} faults={faults} isOver={isOver} />
              <NameFields form={form} proposed={undefined} />
            </Stack>
          </div>
        </Section>
        {join.error !== null && (
          <ProblemNotice error={join.error} shownFields={(path) => form.errors[joinField(path)] !== undefined} />
        )}
        <div className={classes.actions}>
          <Button type="submit" loading={join.isPending} disabled={faults.length > 0}>
            {t("join.file.submit")}
          </Button>
          <ButtonLink to="/tunnels" variant="default">
            {t("form.cancel")}
          </ButtonLink>
          <Text size="sm" c="var(--mantine-color-error)" role="status">
            {faults.length > 0 && t("join.file.faults", { count: faults.length })}
          </Text>
        </div>
      </div>
      <Group className={classes.side} display="block">
        <ConfSays parsed={parsed} />
      </Group>
    </form>
  )
}
