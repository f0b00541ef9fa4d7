import { Alert, Button, Group, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { KeyMark } from "../../../ui/keys/key-mark.tsx"
import { useRememberTunnel } from "../use-tunnel-power.ts"

interface PreviousKeyProps {
  tunnel: TunnelView
  publicKey: string
  mayChange: boolean
}

/** After a rotation: the key before still opens the door, until it is retired. */
export function PreviousKey({ tunnel: { id }, publicKey, mayChange }: PreviousKeyProps) {
  const { t } = useTranslation("tunnels")
  const [asking, setAsking] = useState(false)
  const remember = useRememberTunnel()
  const retire = useMutation({ mutationFn: () => call(routes.retireKey, { params: { id } }), onSuccess: remember })
  return (
    <Alert color="yellow" title={t("keys.previous.title")} mt="md">
      <Stack gap="sm" align="start">
        <Text size="sm">{t("keys.previous.text")}</Text>
        <Group gap="lg">
          <KeyMark publicKey={publicKey} />
          {mayChange && (
            <Button size="xs" variant="default" onClick={() => setAsking(true)}>
              {t("keys.previous.retire")}
            </Button>
          )}
        </Group>
      </Stack>
      <ConfirmDelete
        opened={asking}
        onClose={() => setAsking(false)}
        action={t("keys.previous.retire")}
        onConfirm={() => retire.mutate()}
        pending={retire.isPending}
        error={retire.error}
      >
        {t("keys.previous.ask")}
      </ConfirmDelete>
    </Alert>
  )
}
