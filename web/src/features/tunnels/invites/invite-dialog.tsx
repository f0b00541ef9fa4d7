import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import type { InviteCreated, TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Countdown } from "../../../ui/countdown.tsx"
import { peersQuery } from "../peers/query.ts"
import { Invitation } from "./invitation.tsx"
import { InviteForm } from "./invite-form.tsx"
import { invitesQuery } from "./query.ts"
import type { InviteValues } from "./values.ts"

interface InviteDialogProps {
  tunnel: TunnelView
  kind: "tun" | "tap"
  /** For whom it is at first. */
  form: InviteValues["form"]
  /** Free networks inside, for one peer more. */
  networks: string
  onClose: () => void
}

/** Asks whom to invite, then shows what to give them, once. */
export function InviteDialog({ tunnel, kind, form, networks, onClose }: InviteDialogProps) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const queryClient = useQueryClient()
  const [made, setMade] = useState<{ created: InviteCreated; form: InviteValues["form"] }>()
  const remember = (created: InviteCreated, chosen: InviteValues["form"]) => {
    setMade({ created, form: chosen })
    for (const { queryKey } of [invitesQuery(tunnel.id), peersQuery(tunnel.id)]) {
      void queryClient.invalidateQueries({ queryKey })
    }
  }
  const title = made === undefined ? t("invites.title") : t("invites.made", { name: made.created.invite.peer })
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      // A slip beside the dialog shall not lose what is shown once.
      closeOnClickOutside={made === undefined}
      closeOnEscape={made === undefined}
      closeButtonProps={{ "aria-label": common("confirm.close") }}
    >
      {made === undefined ? (
        <InviteForm tunnel={tunnel} kind={kind} form={form} networks={networks} onMade={remember} onClose={onClose} />
      ) : (
        <Stack gap="md">
          <Text size="sm">
            {t("invites.once")} {t("invites.validFor")}{" "}
            <strong>
              <Countdown time={made.created.invite.expiresAt} over={t("invites.over")} />
            </strong>
            .
          </Text>
          <Invitation
            name={made.created.invite.peer}
            code={made.created.code}
            conf={made.created.conf}
            first={made.form}
            link={location.origin + made.created.path}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("invites.done")}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
