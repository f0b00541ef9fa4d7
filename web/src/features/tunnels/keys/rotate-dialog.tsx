import { Button, Group, List, Modal, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { useRememberTunnel } from "../use-tunnel-power.ts"

/** Asks before the tunnel gets a new key: what happens, and what is to be done on the other sides. */
export function RotateDialog({ tunnel: { id, name }, onClose }: { tunnel: TunnelView; onClose: () => void }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const remember = useRememberTunnel()
  const rotate = useMutation({
    mutationFn: () => call(routes.rotateKey, { params: { id } }),
    onSuccess: (tunnel) => {
      remember(tunnel)
      onClose()
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("keys.rotate.ask", { name })}
      closeButtonProps={{ "aria-label": common("confirm.close") }}
    >
      <Stack gap="md">
        <List size="sm" spacing={6}>
          {(["stays", "peers", "finally"] as const).map((line) => (
            <List.Item key={line}>{t(`keys.rotate.${line}`)}</List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed">
          {t("keys.rotate.why")}
        </Text>
        {rotate.error !== null && <ProblemNotice error={rotate.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {common("confirm.cancel")}
          </Button>
          <Button onClick={() => rotate.mutate()} loading={rotate.isPending}>
            {t("keys.rotate.title")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
