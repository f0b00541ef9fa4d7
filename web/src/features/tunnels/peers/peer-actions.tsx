import { ActionIcon, Group, Switch, Tooltip } from "@mantine/core"
import { IconPencil, IconTrash } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { explain } from "../../../lib/explain.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { useRememberPeers, useRemovePeer } from "./use-peer-changes.ts"

interface AnyPeer {
  name: string
  enabled: boolean
}

interface PeerActionsProps<P extends AnyPeer> {
  tunnel: TunnelView
  peer: P
  onEdit: (peer: P) => void
}

/** At the end of a peer's row: on or off, change, remove. */
export function PeerActions<P extends AnyPeer>({ tunnel, peer, onEdit }: PeerActionsProps<P>) {
  const { t } = useTranslation("tunnels")
  const [asking, setAsking] = useState(false)
  const remove = useRemovePeer(tunnel)
  const { name } = peer
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Enabled tunnel={tunnel} peer={peer} />
      <Tooltip label={t("peers.edit", { name })}>
        <ActionIcon aria-label={t("peers.edit", { name })} onClick={() => onEdit(peer)}>
          <IconPencil size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("peers.remove", { name })}>
        <ActionIcon color="red" aria-label={t("peers.remove", { name })} onClick={() => setAsking(true)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ConfirmDelete
        opened={asking}
        onClose={() => setAsking(false)}
        action={t("peers.remove", { name })}
        onConfirm={() => {
          setAsking(false)
          remove(name)
        }}
        pending={false}
        error={null}
      >
        {t("peers.removeDetail", { name })}
      </ConfirmDelete>
    </Group>
  )
}

/** Acts at once; a refusal stands in its tooltip and colour until the next try. */
function Enabled({ tunnel: { id }, peer: { name, enabled } }: { tunnel: TunnelView; peer: AnyPeer }) {
  const { t } = useTranslation("tunnels")
  const remember = useRememberPeers()
  const change = useMutation({
    mutationFn: (wanted: boolean) => call(routes.changePeer, { params: { id, peer: name }, body: { enabled: wanted } }),
    onSuccess: remember,
  })
  const refusal = change.error === null ? undefined : explain(change.error)
  const why = refusal?.kind === "problem" ? (refusal.detail ?? refusal.title) : undefined
  const label = t(enabled ? "peers.disable" : "peers.enable", { name })
  return (
    <Tooltip label={why ?? label} color={why === undefined ? undefined : "red"}>
      <span>
        <Switch
          size="sm"
          mr={4}
          aria-label={label}
          checked={change.isPending ? change.variables : enabled}
          error={why !== undefined}
          // Not disabled while the panel is asked: that would take the keyboard's place away.
          aria-busy={change.isPending}
          onChange={(event) => !change.isPending && change.mutate(event.currentTarget.checked)}
        />
      </span>
    </Tooltip>
  )
}
