import { queryOptions } from "@tanstack/react-query"
import { type InviteView, routes } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"

/** Invites of a tunnel; read again and again while one is open, since only the panel hears who has come. */
export const invitesQuery = (id: string) =>
  queryOptions({
    queryKey: ["tunnels", id, "invites"],
    queryFn: async ({ signal }) => (await call(routes.listInvites, { params: { id }, signal })).items,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 5_000 : false),
  })

/** Somebody may still come by it. */
export function isOpen(invite: InviteView): invite is InviteView & { state: "open" | "claimed" } {
  return invite.state === "open" || invite.state === "claimed"
}
