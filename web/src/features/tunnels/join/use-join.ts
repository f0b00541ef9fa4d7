import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import type { TunnelImported } from "@tundeck/shared"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"

interface Join<Values> {
  send: (values: Values) => Promise<TunnelImported>
  onError: (error: Error) => void
}

/** Makes interface and tunnel from what others wrote, and opens the tunnel; where there is something to say of it, that is said first. */
export function useJoin<Values>({ send, onError }: Join<Values>) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const remember = useRememberTunnel()
  const open = (id: string) => navigate({ to: "/tunnels/$id", params: { id } })
  const join = useMutation({
    mutationFn: send,
    onSuccess: async ({ tunnel, notes }) => {
      remember(tunnel)
      await queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey })
      if (notes.length === 0) await open(tunnel.id)
    },
    onError,
    gcTime: 0, // what was sent has a private key
  })
  return { join, open }
}
