import { useMutation, useQueryClient } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { call } from "../../lib/api/call.ts"
import { tellTunnelsAgain } from "../../lib/live/connection.ts"
import { mergeTunnels, tunnelsQuery } from "../../lib/tunnels.ts"

/** Starts and stops a tunnel. */
export function useTunnelPower({ id, state }: Pick<TunnelView, "id" | "state">) {
  const remember = useRememberTunnel()
  const options = { onSuccess: remember }
  const start = useMutation({ mutationFn: () => call(routes.startTunnel, { params: { id } }), ...options })
  const stop = useMutation({ mutationFn: () => call(routes.stopTunnel, { params: { id } }), ...options })
  const running = state !== "stopped" && state !== "failed"
  return { running, start, stop, error: start.error ?? stop.error }
}

/** Puts a tunnel as the panel answered it into every list. */
export function useRememberTunnel(): (tunnel: TunnelView) => void {
  const queryClient = useQueryClient()
  return (tunnel) => {
    queryClient.setQueryData(tunnelsQuery.queryKey, (known) => known && mergeTunnels(known, [tunnel], []))
    tellTunnelsAgain()
  }
}
