import { useMutation, useQueryClient } from "@tanstack/react-query"
import { routes, type Token } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../lib/api/call.ts"
import { ConfirmDelete } from "../../ui/confirm-delete.tsx"
import { tokensQuery } from "./tokens-query.ts"

export function RevokeToken({ token: { id, name }, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation("settings")
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => call(routes.revokeToken, { params: { id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onClose()
    },
  })
  return (
    <ConfirmDelete
      opened
      onClose={onClose}
      action={t("tokens.revokeNamed", { name })}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error}
    >
      {t("tokens.revokeText")}
    </ConfirmDelete>
  )
}
