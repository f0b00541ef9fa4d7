import { Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { routes, tokenCreate } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { problemErrors, schemaErrors } from "../../lib/api/form-errors.ts"
import { Command } from "../../ui/command.tsx"
import { ProblemNotice } from "../../ui/problem-notice.tsx"
import { tokensQuery } from "./tokens-query.ts"

interface TokenValues {
  name: string
  role: "viewer" | "admin"
}

/** Asks for name and role, then shows the secret, once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"])
  const queryClient = useQueryClient()
  const form = useForm<TokenValues>({
    initialValues: { name: "", role: "viewer" },
    clearInputErrorOnChange: true,
    validate: (values) => schemaErrors(tokenCreate, values),
  })
  const create = useMutation({
    mutationFn: (body: TokenValues) => call(routes.createToken, { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
    onError: (error) => form.setErrors(problemErrors(error)),
  })
  const secret = create.data?.token
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(secret === undefined ? "tokens.form.title" : "tokens.created.title")}
      // A slip beside the dialog shall not lose the secret.
      closeOnClickOutside={secret === undefined}
      closeButtonProps={{ "aria-label": t("common:confirm.close") }}
    >
      {secret === undefined ? (
        <form
          noValidate
          aria-label={t("tokens.form.title")}
          onSubmit={form.onSubmit((values) => create.mutate(values))}
        >
          <Stack gap="md">
            <TextInput
              label={t("tokens.form.name")}
              description={t("tokens.form.nameNote")}
              autoComplete="off"
              data-autofocus
              {...form.getInputProps("name")}
            />
            <Radio.Group label={t("tokens.form.role")} {...form.getInputProps("role")}>
              <Stack gap="sm" mt={6}>
                {(["viewer", "admin"] as const).map((role) => (
                  <Radio
                    key={role}
                    value={role}
                    label={t(`tokens.form.${role}.label`)}
                    description={t(`tokens.form.${role}.description`)}
                  />
                ))}
              </Stack>
            </Radio.Group>
            {create.error && (
              <ProblemNotice error={create.error} shownFields={(path) => form.errors[path] !== undefined} />
            )}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={onClose}>
                {t("tokens.form.cancel")}
              </Button>
              <Button type="submit" loading={create.isPending}>
                {t("tokens.form.submit")}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <CreatedToken secret={secret} onClose={onClose} />
      )}
    </Modal>
  )
}

function CreatedToken({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation("settings")
  const example = `curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/v1/interfaces`
  return (
    <Stack gap="md">
      <Text size="sm">{t("tokens.created.text")}</Text>
      <Command text={secret} what={t("tokens.created.token")} />
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          {t("tokens.created.use")}
        </Text>
        <Command text={example} what={t("tokens.created.example")} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("tokens.created.done")}</Button>
      </Group>
    </Stack>
  )
}
