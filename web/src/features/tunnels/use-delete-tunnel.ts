import { useQueryClient } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { mergeTunnels, tunnelKey, tunnelsQuery } from "../../lib/tunnels.ts"
import { deleteSoon } from "../../lib/undo.ts"

/** Deletes a tunnel ten seconds later, unless that is taken back. */
export function useDeleteTunnel(): (tunnel: Pick<TunnelView, "id" | "name">) => void {
  const { t } = useTranslation("tunnels")
  const queryClient = useQueryClient()
  return ({ id, name }) =>
    deleteSoon(tunnelKey(id), t("delete.undo", { name }), async () => {
      await call(routes.deleteTunnel, { params: { id } })
      queryClient.setQueryData(tunnelsQuery.queryKey, (known) => known && mergeTunnels(known, [], [id]))
    })
}
