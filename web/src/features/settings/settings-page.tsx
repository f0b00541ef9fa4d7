import { Button, Stack } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { sessionQuery } from "../../lib/session.ts"
import { KeyValues } from "../../ui/key-values.tsx"
import { Page } from "../../ui/page.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { Section } from "../../ui/section.tsx"
import { ThemeChoice } from "./theme-choice.tsx"
import { Tokens } from "./tokens.tsx"

export function SettingsPage() {
  const { t } = useTranslation("settings")
  return (
    <Page width="form" title={t("title")}>
      <Stack gap="md">
        <Account />
        <ThemeChoice />
        <Tokens />
      </Stack>
    </Page>
  )
}

function Account() {
  const { t } = useTranslation("settings")
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const session = useQuery(sessionQuery).data
  const signOut = useMutation({
    mutationFn: () => call(routes.signOut),
    onSuccess: async () => {
      queryClient.clear()
      await navigate({ to: "/sign-in" })
    },
  })
  return (
    <Section
      title={t("account.title")}
      actions={
        <Button variant="default" size="compact-sm" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t("account.signOut")}
        </Button>
      }
    >
      {session && (
        <KeyValues
          items={[
            { key: t("account.name"), value: session.username },
            { key: t("account.role"), value: t(`account.roles.${session.role}`) },
          ]}
        />
      )}
      {signOut.error && <ProblemNotice error={signOut.error} />}
    </Section>
  )
}
