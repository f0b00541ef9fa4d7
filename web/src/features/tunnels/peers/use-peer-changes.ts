import { useQueryClient } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { tunnelsQuery } from "../../../lib/tunnels.ts"
import { deleteSoon } from "../../../lib/undo.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"
import { peersQuery } from "./query.ts"

/** What `useUndo` knows the removal of a peer by. */
export const peerKey = (tunnel: string, peer: string): string => `peer ${tunnel} ${peer}`

/** Puts the tunnel as the panel answered it into every list, and reads its peers again. */
export function useRememberPeers(): (tunnel: TunnelView) => void {
  const queryClient = useQueryClient()
  const remember = useRememberTunnel()
  return (tunnel) => {
    remember(tunnel)
    void queryClient.invalidateQueries({ queryKey: peersQuery(tunnel.id).queryKey })
  }
}

/** Removes a peer ten seconds later, unless that is taken back. */
export function useRemovePeer({ id }: Pick<TunnelView, "id">): (name: string) => void {
  const { t } = useTranslation("tunnels")
  const queryClient = useQueryClient()
  return (name) =>
    deleteSoon(peerKey(id, name), t("peers.removed", { name }), async () => {
      await call(routes.removePeer, { params: { id, peer: name } })
      // The tunnel, and its peers with it.
      await queryClient.invalidateQueries({ queryKey: tunnelsQuery.queryKey })
    })
}
