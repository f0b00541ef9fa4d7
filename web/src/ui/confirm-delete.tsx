import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { ProblemNotice } from "./problem-notice.tsx"

interface ConfirmDeleteProps {
  opened: boolean
  onClose: () => void
  /** Title and button: "Delete tun7". */
  action: string
  /** What stops working. */
  children: ReactNode
  onConfirm: () => void
  pending: boolean
  error: unknown
}

/** Asks before something is lost; names the object, says what stops. */
export function ConfirmDelete({ opened, onClose, action, children, onConfirm, pending, error }: ConfirmDeleteProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={action} closeButtonProps={{ "aria-label": t("confirm.close") }}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {error !== null && error !== undefined && <ProblemNotice error={error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("confirm.cancel")}
          </Button>
          <Button color="red" onClick={onConfirm} loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
