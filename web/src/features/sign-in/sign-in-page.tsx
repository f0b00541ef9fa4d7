import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi, useRouter } from "@tanstack/react-router"
import { routes, signInBody } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { schemaErrors } from "../../lib/api/form-errors.ts"
import { sessionQuery } from "../../lib/session.ts"
import { Command } from "../../ui/command.tsx"
import { Door } from "../../ui/door.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { setupQuery } from "./setup-query.ts"

const route = getRouteApi("/sign-in")

export function SignInPage() {
  const { t } = useTranslation("signIn")
  const setup = useQuery(setupQuery)
  if (setup.data?.needed) {
    return (
      <Door title={t("setupNeeded.title")}>
        <Stack gap="sm">
          <Text size="sm">{t("setupNeeded.text")}</Text>
          <Text size="sm">{t("setupNeeded.where")}</Text>
          <Command text={t("setupNeeded.command")} what={t("setupNeeded.commandName")} />
        </Stack>
      </Door>
    )
  }
  return (
    <Door title={t("title")} note={t("note")}>
      <SignInForm />
    </Door>
  )
}

function SignInForm() {
  const { t } = useTranslation("signIn")
  const router = useRouter()
  const { next } = route.useSearch()
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { username: "", password: "" },
    clearInputErrorOnChange: true,
    validate: (values) => schemaErrors(signInBody, values),
  })
  const signIn = useMutation({
    mutationFn: (body: { username: string; password: string }) => call(routes.signIn, { body }),
    onSuccess: (session) => {
      queryClient.clear()
      queryClient.setQueryData(sessionQuery.queryKey, session)
      router.history.replace(next ?? "/")
    },
    onError: () => form.setFieldValue("password", ""),
  })
  return (
    <form noValidate aria-label={t("title")} onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack gap="md">
        {signIn.error && <ProblemNotice error={signIn.error} />}
        <TextInput
          label={t("name")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          {...form.getInputProps("username")}
        />
        <PasswordInput label={t("password")} autoComplete="current-password" {...form.getInputProps("password")} />
        <Button type="submit" loading={signIn.isPending}>
          {t("submit")}
        </Button>
        <Text size="xs" c="dimmed">
          {t("forgot")}
        </Text>
      </Stack>
    </form>
  )
}
