import { Button } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type InviteView, routes, type TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { tunnelsQuery } from "../../../lib/tunnels.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { Countdown } from "../../../ui/countdown.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { RelativeTime } from "../../../ui/relative-time.tsx"
import { Section } from "../../../ui/section.tsx"
import { StateBadge } from "../../../ui/state-badge.tsx"
import classes from "./invites.module.css"
import { invitesQuery, isOpen } from "./query.ts"

/** Invites by which somebody may still come. Nothing while there is none. */
export function OpenInvites({ tunnel, mayChange }: { tunnel: TunnelView; mayChange: boolean }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { data, error, refetch } = useQuery(invitesQuery(tunnel.id))
  const [asked, setAsked] = useState<InviteView | null>(null)
  const open = data?.filter(isOpen) ?? []
  if (data === undefined && error !== null) {
    const what = common("problem.failedLoad", { what: t("invites.open") })
    return <ProblemNotice error={error} what={what} onRetry={() => void refetch()} />
  }
  if (open.length === 0) return null
  return (
    <Section title={t("invites.open")} note={t("invites.openNote")}>
      <ul className={classes.list}>
        {open.map((invite) => (
          <li key={invite.id} className={classes.invite}>
            <span className={classes.who}>{invite.peer}</span>
            <StateBadge
              tone={invite.state === "open" ? "idle" : "waiting"}
              word={t(`invites.state.${invite.state}.word`)}
              title={t(`invites.state.${invite.state}.title`)}
            />
            <span>
              {t("invites.by", { name: invite.createdBy })} <RelativeTime time={invite.createdAt} />
            </span>
            <span>
              {t("invites.endsIn")} <Countdown time={invite.expiresAt} over={t("invites.over")} />
            </span>
            {mayChange && (
              <Button
                size="compact-xs"
                variant="light"
                color="red"
                aria-label={t("invites.revokeNamed", { name: invite.peer })}
                onClick={() => setAsked(invite)}
              >
                {t("invites.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked !== null && <Revoke tunnel={tunnel} invite={asked} onClose={() => setAsked(null)} />}
    </Section>
  )
}

function Revoke({ tunnel, invite, onClose }: { tunnel: TunnelView; invite: InviteView; onClose: () => void }) {
  const { t } = useTranslation("tunnels")
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => call(routes.revokeInvite, { params: { id: tunnel.id, invite: invite.id } }),
    onSuccess: async () => {
      // The tunnel has a peer less, and its lists with it.
      await queryClient.invalidateQueries({ queryKey: tunnelsQuery.queryKey })
      onClose()
    },
  })
  return (
    <ConfirmDelete
      opened
      onClose={onClose}
      action={t("invites.revokeNamed", { name: invite.peer })}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error}
    >
      {t("invites.revokeDetail", { name: invite.peer })}
    </ConfirmDelete>
  )
}
