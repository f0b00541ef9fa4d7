import { Alert, Button, Stack, Text } from "@mantine/core"
import { IconInfoCircle } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../../lib/session.ts"
import { ProblemNotice } from "../../../ui/problem-notice.tsx"
import type { InterfaceChanges } from "./use-interface-changes.ts"

/** On the page of an interface that someone else made. */
export function AdoptNotice({ adopt }: { adopt: InterfaceChanges["adopt"] }) {
  const { t } = useTranslation("interfaces")
  const isAdmin = useIsAdmin()
  return (
    <Alert variant="light" icon={<IconInfoCircle aria-hidden />} title={t("detail.adoptTitle")}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t("detail.adoptText")}</Text>
        {isAdmin && (
          <Button size="compact-sm" loading={adopt.isPending} onClick={() => adopt.mutate()}>
            {t("detail.adopt")}
          </Button>
        )}
        {adopt.error && <ProblemNotice error={adopt.error} />}
      </Stack>
    </Alert>
  )
}
