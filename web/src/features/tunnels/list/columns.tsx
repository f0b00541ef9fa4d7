import { type TunnelView, tunnelStates } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { tunnelPeer, tunnelPort } from "../../../lib/tunnel-peer.ts"
import { AnchorLink } from "../../../ui/links.tsx"
import { Mono } from "../../../ui/mono.tsx"
import type { Column } from "../../../ui/table/columns.ts"
import { RateNow } from "../../../ui/traffic/rate.tsx"
import { TunnelName } from "../../../ui/tunnel-name.tsx"
import { TunnelStateBadge } from "../../../ui/tunnel-state.tsx"
import { PowerButton } from "./power-button.tsx"

export function tunnelColumns(t: TFunction<"tunnels">, mayChange: boolean): Column<TunnelView>[] {
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
      cell: (tunnel) => <Mono>{tunnelPeer(tunnel)}</Mono>,
    },
    {
      id: "transport",
      header: t("column.transport"),
      width: "206px",
      cell: ({ transport }) =>
        t(transport.listen === undefined ? "transport.calls" : "transport.waits", {
          port: tunnelPort(transport) ?? "",
        }),
    },
    {
      id: "outbound",
      header: t("column.outbound"),
      align: "right",
      width: "116px",
      cell: (tunnel) => <RateNow tunnel={tunnel} direction="outbound" />,
    },
    {
      id: "inbound",
      header: t("column.inbound"),
      align: "right",
      width: "116px",
      cell: (tunnel) => <RateNow tunnel={tunnel} direction="inbound" />,
    },
  ]
  if (!mayChange) return columns
  const power: Column<TunnelView> = {
    id: t("column.power"),
    header: "",
    align: "right",
    width: "64px",
    cell: (tunnel) => <PowerButton tunnel={tunnel} />,
  }
  return [...columns, power]
}
