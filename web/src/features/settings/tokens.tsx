import { Button, Text } from "@mantine/core"
import { IconKey, IconPlus } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import type { Token } from "@tundeck/shared"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { useIsAdmin } from "../../lib/session.ts"
import { Empty } from "../../ui/empty.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { Section } from "../../ui/section.tsx"
import type { Column } from "../../ui/table/columns.ts"
import { DataTable } from "../../ui/table/data-table.tsx"
import { NewToken } from "./new-token.tsx"
import { RevokeToken } from "./revoke-token.tsx"
import { tokensQuery } from "./tokens-query.ts"

export function Tokens() {
  const { t } = useTranslation("settings")
  const isAdmin = useIsAdmin()
  const [creating, setCreating] = useState(false)
  if (!isAdmin) {
    return (
      <Section title={t("tokens.title")}>
        <Text size="sm" c="dimmed">
          {t("tokens.viewerOnly")}
        </Text>
      </Section>
    )
  }
  return (
    <Section
      title={t("tokens.title")}
      note={t("tokens.note")}
      flush
      actions={
        <Button size="compact-sm" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setCreating(true)}>
          {t("tokens.create")}
        </Button>
      }
    >
      <TokenTable />
      {creating && <NewToken onClose={() => setCreating(false)} />}
    </Section>
  )
}

function TokenTable() {
  const { t } = useTranslation("settings")
  const { data, error, refetch } = useQuery(tokensQuery)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const columns = useMemo<Column<Token>[]>(
    () => [
      {
        id: "name",
        header: t("tokens.columns.name"),
        card: "title",
        sortBy: ({ name }) => name,
        cell: ({ name }) => name,
      },
      {
        id: "role",
        header: t("tokens.columns.role"),
        width: "20%",
        sortBy: ({ role }) => role,
        cell: ({ role }) => t(`tokens.roles.${role}`),
      },
      {
        id: "created",
        header: t("tokens.columns.created"),
        width: "18%",
        sortBy: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
      },
      {
        id: "used",
        header: t("tokens.columns.used"),
        width: "18%",
        sortBy: ({ lastUsedAt }) => lastUsedAt ?? 0,
        cell: ({ lastUsedAt }) => (lastUsedAt === null ? t("tokens.never") : <RelativeTime time={lastUsedAt} />),
      },
      {
        id: "revoke",
        header: t("tokens.columns.action"),
        width: "110px",
        card: "beside",
        cell: (token) => (
          <Button
            size="compact-xs"
            variant="light"
            color="red"
            aria-label={t("tokens.revokeNamed", { name: token.name })}
            onClick={() => setRevoking(token)}
          >
            {t("tokens.revoke")}
          </Button>
        ),
      },
    ],
    [t],
  )
  return (
    <>
      <DataTable
        plain
        label={t("tokens.title")}
        rows={{ data, error, refetch }}
        columns={columns}
        rowKey={({ id }) => id}
        sorting={{ column: "name", descending: false }}
        empty={
          <Empty plain icon={<IconKey size={24} stroke={1.6} aria-hidden />} title={t("tokens.empty")}>
            {t("tokens.emptyText")}
          </Empty>
        }
      />
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}
