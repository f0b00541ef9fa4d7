import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatBytes } from "../../../lib/format.ts"
import { Empty } from "../../../ui/empty.tsx"
import { Section } from "../../../ui/section.tsx"
import { DataTable } from "../../../ui/table/data-table.tsx"
import { savedColumns } from "./columns.tsx"
import { useSavedCaptures } from "./query.ts"

/** The files on the host's disk, saved by hand or by themselves. */
export function SavedCard({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { data, error, refetch } = useSavedCaptures(tunnel.id)
  const used = data && t("capture.used", { bytes: formatBytes(data.bytes), most: formatBytes(data.mostBytes) })
  return (
    <Section title={t("capture.files")} note={`${t("capture.filesNote")} ${used ?? ""}`} flush>
      <DataTable
        label={t("capture.files")}
        rows={{ data: data?.items, error, refetch }}
        columns={savedColumns(t)}
        rowKey={({ id }) => id}
        empty={
          <Empty plain title={t("capture.noFiles")}>
            {t("capture.noFilesText")}
          </Empty>
        }
        plain
      />
    </Section>
  )
}
