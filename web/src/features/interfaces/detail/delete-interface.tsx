import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { type InterfaceView, routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { tunnelsQuery } from "../../../lib/tunnels.ts"
import { offerRestore } from "../../../lib/undo.ts"
import { ConfirmDelete } from "../../../ui/confirm-delete.tsx"
import { AnchorLink } from "../../../ui/links.tsx"
import { Mono } from "../../../ui/mono.tsx"
import { createBodyOf, valuesOf } from "../form/values.ts"
import { interfaceQuery } from "../query.ts"
import type { InterfaceChanges } from "./use-interface-changes.ts"

interface DeleteInterfaceProps {
  view: InterfaceView
  remove: InterfaceChanges["remove"]
  opened: boolean
  onClose: () => void
}

/** Names the interface, who holds it and which tunnels run over it, then deletes it. */
export function DeleteInterface({ view, remove, opened, onClose }: DeleteInterfaceProps) {
  const { t } = useTranslation("interfaces")
  const { name, holders } = view
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const tunnels = useQuery(tunnelsQuery).data?.filter((tunnel) => tunnel.interface === name) ?? []
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: async () => {
        await navigate({ to: "/interfaces" })
        queryClient.removeQueries({ queryKey: interfaceQuery(name).queryKey })
        const readAgain = () => queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey })
        const restore = async () => {
          await call(routes.createInterface, {
            body: { ...createBodyOf(valuesOf(view)), ignoreDrift: view.ignoreDrift },
          })
          await readAgain()
        }
        const calls = { kind: "interface", name } as const
        offerRestore(`interface ${name}`, t("detail.deleted", { name }), restore, { calls })
        await readAgain()
      },
    })
  return (
    <ConfirmDelete
      opened={opened}
      onClose={onClose}
      action={t("detail.deleteTitle", { name })}
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>{t("detail.deleteText", { name })}</p>
      {holders.length > 0 && (
        <>
          <p>{t("detail.deleteHolders", { count: holders.length })}</p>
          <ul>
            {holders.map(({ pid, command }) => (
              <li key={pid}>
                <Mono>{command}</Mono> ({t("heldBy.process", { pid })})
              </li>
            ))}
          </ul>
        </>
      )}
      {tunnels.length > 0 && (
        <>
          <p>{t("detail.deleteTunnels")}</p>
          <ul>
            {tunnels.map((tunnel) => (
              <li key={tunnel.id}>
                <AnchorLink size="sm" to="/tunnels/$id" params={{ id: tunnel.id }}>
                  {tunnel.name}
                </AnchorLink>
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmDelete>
  )
}
