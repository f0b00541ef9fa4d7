import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useLocation, useNavigate } from "@tanstack/react-router"
import { routes, setupBody } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../lib/api/form-errors.ts"
import { linkToken } from "../../lib/link-token.ts"
import { sessionQuery } from "../../lib/session.ts"
import { Door } from "../../ui/door.tsx"
import { ButtonLink } from "../../ui/links.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { setupQuery } from "./setup-query.ts"
import { StrengthHint } from "./strength-hint.tsx"

/** Behind the one-time setup link: the first account. */
export function SetupPage() {
  const { t } = useTranslation("signIn")
  const token = linkToken(useLocation().hash)
  const setup = useQuery(setupQuery)
  if (setup.data?.needed === false) {
    return (
      <Door title={t("setup.done.title")} note={t("setup.done.text")}>
        <ButtonLink fullWidth to="/sign-in">
          {t("setup.done.signIn")}
        </ButtonLink>
      </Door>
    )
  }
  if (token === undefined) {
    return (
      <Door title={t("setup.noToken.title")}>
        <Text size="sm">{t("setup.noToken.text")}</Text>
      </Door>
    )
  }
  return (
    <Door title={t("setup.title")} note={t("setup.note")}>
      <SetupForm token={token} />
    </Door>
  )
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation("signIn")
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { username: "", password: "", repeat: "" },
    clearInputErrorOnChange: true,
    validate: ({ username, password, repeat }) => ({
      ...schemaErrors(setupBody, { token, username, password }),
      ...(password === repeat ? {} : { repeat: t("setup.repeatWrong") }),
    }),
  })
  const create = useMutation({
    mutationFn: ({ username, password }: { username: string; password: string }) =>
      call(routes.setup, { body: { token, username, password } }),
    onSuccess: async (session) => {
      queryClient.clear()
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: "/", replace: true })
    },
    onError: (error) => form.setErrors(problemErrors(error)),
  })
  return (
    <form noValidate aria-label={t("setup.title")} onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="md">
        <TextInput
          label={t("setup.name")}
          description={t("setup.nameNote")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          {...form.getInputProps("username")}
        />
        <div>
          <PasswordInput label={t("setup.password")} autoComplete="new-password" {...form.getInputProps("password")} />
          {!form.errors.password && <StrengthHint password={form.values.password} username={form.values.username} />}
        </div>
        <PasswordInput label={t("setup.repeat")} autoComplete="new-password" {...form.getInputProps("repeat")} />
        {create.error && <ProblemNotice error={create.error} shownFields={(path) => form.errors[path] !== undefined} />}
        <Button type="submit" loading={create.isPending}>
          {t("setup.submit")}
        </Button>
      </Stack>
    </form>
  )
}
