import { Button } from "@mantine/core"
import { IconPlayerPlayFilled, IconPlayerStopFilled, IconTrash } from "@tabler/icons-react"
import { useNavigate } from "@tanstack/react-router"
import type { TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { isHub, tunnelPeer } from "../../../lib/tunnel-peer.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { useDeleteTunnel } from "../use-delete-tunnel.ts"
import type { useTunnelPower } from "../use-tunnel-power.ts"

interface TunnelActionsProps {
  tunnel: TunnelView
  power: ReturnType<typeof useTunnelPower>
  onEdit: () => void
}

export function TunnelActions({ tunnel, power, onEdit }: TunnelActionsProps) {
  const { t } = useTranslation("tunnels")
  const { running, start, stop } = power
  return (
    <>
      {running ? (
        <Button
          variant="default"
          leftSection={<IconPlayerStopFilled size={15} aria-hidden />}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          {t("stop")}
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlayFilled size={15} aria-hidden />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {t("start")}
        </Button>
      )}
      <Button variant="default" onClick={onEdit}>
        {t("edit")}
      </Button>
      <DeleteButton tunnel={tunnel} running={running} />
    </>
  )
}

function DeleteButton({ tunnel, running }: { tunnel: TunnelView; running: boolean }) {
  const { t } = useTranslation("tunnels")
  const [asking, setAsking] = useState(false)
  const navigate = useNavigate()
  const deleteTunnel = useDeleteTunnel()
  const { name, interface: device } = tunnel
  const confirm = async () => {
    setAsking(false)
    await navigate({ to: "/tunnels" })
    deleteTunnel(tunnel)
  }
  return (
    <>
      <Button
        variant="light"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t("delete.action", { name })}
      </Button>
      <ConfirmDelete
        opened={asking}
        onClose={() => setAsking(false)}
        action={t("delete.action", { name })}
        onConfirm={() => void confirm()}
        pending={false}
        error={null}
      >
        <p style={{ marginTop: 0 }}>
          {t(running ? "delete.running" : "delete.stopped", {
            interface: device,
            peer: isHub(tunnel) ? t("form.thePeers") : tunnelPeer(tunnel),
          })}
        </p>
        {t("delete.grace")}
      </ConfirmDelete>
    </>
  )
}
