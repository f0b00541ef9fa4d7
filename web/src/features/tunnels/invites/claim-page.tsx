import { Button, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useLocation } from "@tanstack/react-router"
import { routes } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { call } from "../../../lib/api/call.ts"
import { linkToken } from "../../../lib/link-token.ts"
import { Door } from "../../../ui/door.tsx"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import { Invitation } from "./invitation.tsx"

/** Behind the link of an invite: shows what it gives out once it is told to, so that no preview of a link uses it up. */
export function ClaimPage() {
  const { t } = useTranslation("tunnels")
  const token = linkToken(useLocation().hash)
  const claim = useMutation({
    mutationFn: (secret: string) => call(routes.claimInvite, { params: { token: secret } }),
    gcTime: 0, // it holds a private key
  })
  if (token === undefined) {
    return (
      <Door title={t("invites.claim.noToken")}>
        <Text size="sm">{t("invites.claim.noTokenText")}</Text>
      </Door>
    )
  }
  if (claim.data === undefined) {
    return (
      <Door title={t("invites.claim.title")} note={t("invites.claim.note")}>
        <Stack gap="md">
          <Text size="sm">{t("invites.claim.text")}</Text>
          {claim.error !== null && <ProblemNotice error={claim.error} />}
          <Button onClick={() => claim.mutate(token)} loading={claim.isPending}>
            {t("invites.claim.show")}
          </Button>
        </Stack>
      </Door>
    )
  }
  const { tunnel, code, conf } = claim.data
  return (
    <Door wide title={t("invites.claim.titleOf", { name: tunnel })} note={t("invites.claim.keep")}>
      <Invitation name={tunnel} code={code} conf={conf} first={conf === null ? "tundeck" : "conf"} />
    </Door>
  )
}
