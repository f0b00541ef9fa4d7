import { Text } from "@mantine/core"
import { type TunnelView, tunnelStates } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { isHub, tunnelPeer, tunnelPort } from "../../../lib/tunnel-peer.ts"
import { AnchorLink } from "../../../ui/links.tsx"
import { Mono } from "../../../ui/mono.tsx"
import type { Column } from "../../../ui/table/columns.ts"
import { RateNow } from "../../../ui/traffic/rate.tsx"
import { TunnelName } from "../../../ui/tunnel-name.tsx"
import { TunnelStateBadge } from "../../../ui/tunnel-state.tsx"
import { TunnelPeer } from "../../../ui/tunnel-via.tsx"
import { PowerButton } from "./power-button.tsx"

interface Wanted {
  mayChange: boolean
  /** Both rates share a column. */
  narrow: boolean
}

export function tunnelColumns(t: TFunction<"tunnels">, { mayChange, narrow }: Wanted): Column<TunnelView>[] {
  const columns: Column<TunnelView>[] = [
    {
      id: "name",
      header: t("column.name"),
      card: "title",
      sortBy: ({ name }) => name,
      cell: (tunnel) => <TunnelName tunnel={tunnel} />,
    },
    {
      id: "state",
      header: t("column.state"),
      card: "beside",
      width: "140px",
      sortBy: ({ state }) => tunnelStates.indexOf(state),
      cell: ({ state, reason }) => <TunnelStateBadge state={state} title={reason?.detail} />,
    },
    {
      id: "interface",
      header: t("column.interface"),
      sortBy: ({ interface: name }) => name,
      cell: ({ interface: name }) => (
        <AnchorLink inherit to="/interfaces/$name" params={{ name }}>
          <Mono>{name}</Mono>
        </AnchorLink>
      ),
    },
    {
      id: "peer",
      header: t("column.peer"),
      sortBy: tunnelPeer,
      cell: (tunnel) => (
        <>
          <TunnelPeer tunnel={tunnel} />
          <Text size="xs" c="dimmed">
            {wayText(t, tunnel)}
          </Text>
        </>
      ),
    },
    ...rateColumns(t, narrow),
  ]
  if (!mayChange) return columns
  const power: Column<TunnelView> = {
    id: t("column.power"),
    header: "",
    card: "beside",
    align: "right",
    width: "64px",
    cell: (tunnel) => <PowerButton tunnel={tunnel} />,
  }
  return [...columns, power]
}

function wayText(t: TFunction<"tunnels">, { transport, security }: TunnelView): string {
  const words = { transport: t(`form.${transport.kind}`), port: tunnelPort(transport) ?? "" }
  if (transport.kind === "responder") return words.transport
  if (security.kind === "wireguard" && transport.listen === undefined) return t("transport.openAny", words)
  const clear = isHub({ security }) ? "hub" : transport.listen === undefined ? "calls" : "waits"
  const role = security.kind === "wireguard" ? "open" : clear
  return transport.kind === "icmp" ? t(`transport.${role}Number`, words) : t(`transport.${role}`, words)
}

function rateColumns(t: TFunction<"tunnels">, narrow: boolean): Column<TunnelView>[] {
  const directions = ["outbound", "inbound"] as const
  if (narrow) {
    return [
      {
        id: "rates",
        header: t("column.rates"),
        align: "right",
        width: "116px",
        cell: (tunnel) =>
          directions.map((direction) => (
            <div key={direction}>
              <RateNow tunnel={tunnel} direction={direction} />
            </div>
          )),
      },
    ]
  }
  return directions.map((direction) => ({
    id: direction,
    header: t(`column.${direction}`),
    align: "right",
    width: "116px",
    cell: (tunnel) => <RateNow tunnel={tunnel} direction={direction} />,
  }))
}
