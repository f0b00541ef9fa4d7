import { Group } from "@mantine/core"
import { IconArrowsLeftRight, IconFlask, IconPlus } from "@tabler/icons-react"
import { useNavigate } from "@tanstack/react-router"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../lib/session.ts"
import { useTunnels } from "../../lib/tunnels.ts"
import { useNarrow } from "../../lib/use-narrow.ts"
import { Aged } from "../../ui/aged.tsx"
import { Empty } from "../../ui/empty.tsx"
import { ButtonLink } from "../../ui/links.tsx"
import { Page } from "../../ui/page.tsx"
import { DataTable } from "../../ui/table/data-table.tsx"
import { tunnelColumns } from "./list/columns.tsx"

export function TunnelsPage() {
  const { t } = useTranslation("tunnels")
  const tunnels = useTunnels()
  const navigate = useNavigate()
  const mayChange = useIsAdmin()
  const narrow = useNarrow()
  const columns = useMemo(() => tunnelColumns(t, { mayChange, narrow }), [t, mayChange, narrow])
  const create = (
    <ButtonLink to="/tunnels/new" leftSection={<IconPlus size={17} aria-hidden />}>
      {t("new")}
    </ButtonLink>
  )
  const experiment = (
    <ButtonLink to="/" hash="try" variant="default" leftSection={<IconFlask size={17} stroke={1.7} aria-hidden />}>
      {t("tryWithoutPeer")}
    </ButtonLink>
  )
  const isEmpty = tunnels.data?.length === 0
  return (
    <Page
      title={t("title")}
      note={t("note")}
      actions={
        mayChange &&
        !isEmpty && (
          <>
            {experiment}
            {create}
          </>
        )
      }
    >
      <Aged updatedAt={tunnels.dataUpdatedAt}>
        <DataTable
          label={t("title")}
          rows={tunnels}
          columns={columns}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: "/tunnels/$id", params: { id } })}
          sorting={{ column: "name", descending: false }}
          empty={
            <Empty icon={<IconArrowsLeftRight size={26} stroke={1.5} aria-hidden />} title={t("empty.title")}>
              <p>{t("empty.text")}</p>
              {mayChange && (
                <Group gap="xs" justify="center">
                  {create}
                  {experiment}
                </Group>
              )}
            </Empty>
          }
        />
      </Aged>
    </Page>
  )
}
