import { ActionIcon, Tooltip } from "@mantine/core"
import { IconPlayerPlayFilled, IconPlayerStopFilled } from "@tabler/icons-react"
import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { explain } from "../../../lib/explain.ts"
import { useTunnelPower } from "../use-tunnel-power.ts"

/** Start or stop at the end of a row; a refusal stands in its tooltip and colour until the next try. */
export function PowerButton({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { running, start, stop, error } = useTunnelPower(tunnel)
  const act = running ? stop : start
  const name = t(running ? "stopNamed" : "startNamed", { name: tunnel.name })
  const refusal = error === null ? undefined : explain(error)
  const why = refusal?.kind === "problem" ? (refusal.detail ?? refusal.title) : undefined
  return (
    <Tooltip label={why ?? name} color={why === undefined ? undefined : "red"}>
      <ActionIcon
        variant="default"
        size="md"
        ml={{ base: "sm", sm: 0 }}
        color={why === undefined ? "gray" : "red"}
        aria-label={name}
        loading={act.isPending}
        onClick={() => act.mutate()}
      >
        {running ? <IconPlayerStopFilled size={14} aria-hidden /> : <IconPlayerPlayFilled size={14} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
