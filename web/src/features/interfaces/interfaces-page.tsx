import { SegmentedControl, TextInput } from "@mantine/core"
import { IconPlugConnected, IconPlus, IconSearch } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import type { InterfaceView } from "@tundeck/shared"
import { useMemo, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { interfacesQuery } from "../../lib/interfaces.ts"
import { useIsAdmin } from "../../lib/session.ts"
import { useShortcut } from "../../lib/shortcuts.ts"
import { Aged } from "../../ui/aged.tsx"
import { Empty } from "../../ui/empty.tsx"
import { ButtonLink } from "../../ui/links.tsx"
import { Page } from "../../ui/page.tsx"
import { DataTable } from "../../ui/table/data-table.tsx"
import { matches } from "./filter.ts"
import classes from "./interfaces.module.css"
import { useInterfaceColumns } from "./list-columns.tsx"
import { useInterfacesLive } from "./use-interfaces-live.ts"

type Show = "all" | "ours" | "others"

export function InterfacesPage() {
  const { t } = useTranslation("interfaces")
  const navigate = useNavigate()
  const isAdmin = useIsAdmin()
  const columns = useInterfaceColumns()
  const { data, error, refetch, dataUpdatedAt } = useQuery(interfacesQuery)
  useInterfacesLive()
  const [show, setShow] = useState<Show>("all")
  const [filter, setFilter] = useState("")
  const filterInput = useRef<HTMLInputElement>(null)
  useShortcut("/", t("filterLabel"), () => filterInput.current?.focus())

  const ours = useMemo(() => data?.filter(({ managed }) => managed), [data])
  const others = useMemo(() => data?.filter(({ managed }) => !managed), [data])
  const shown = { all: data, ours, others }[show]
  const rows = useMemo(() => shown?.filter((view) => matches(view, filter)), [shown, filter])
  const counts = { all: data?.length, ours: ours?.length, others: others?.length }
  const createButton = isAdmin && (
    <ButtonLink to="/interfaces/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {t("create")}
    </ButtonLink>
  )
  const open = (view: InterfaceView) => void navigate({ to: "/interfaces/$name", params: { name: view.name } })

  return (
    <Page title={t("title")} note={t("note")} actions={createButton}>
      <div className={classes.tools} hidden={data?.length === 0}>
        <SegmentedControl
          aria-label={t("show.label")}
          value={show}
          onChange={(value) => setShow(value === "ours" || value === "others" ? value : "all")}
          data={(["all", "ours", "others"] as const).map((value) => ({
            value,
            label: `${t(`show.${value}`)} ${counts[value] ?? ""}`.trim(),
          }))}
        />
        <TextInput
          ref={filterInput}
          className={classes.filter}
          aria-label={t("filterLabel")}
          placeholder={t("filter")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && setFilter("")}
        />
      </div>
      <Aged updatedAt={dataUpdatedAt}>
        <DataTable
          label={t("title")}
          rows={{ data: rows, error, refetch }}
          columns={columns}
          rowKey={({ name }) => name}
          onOpen={open}
          sorting={{ column: "name", descending: false }}
          empty={<NothingHere show={show} filter={filter} onClear={() => setFilter("")} />}
        />
      </Aged>
    </Page>
  )
}

function NothingHere({ show, filter, onClear }: { show: Show; filter: string; onClear: () => void }) {
  const { t } = useTranslation(["interfaces", "common"])
  const isAdmin = useIsAdmin()
  if (filter !== "") {
    return (
      <Empty title={t("common:table.nothingMatches", { filter })}>
        <button type="button" className={classes.clear} onClick={onClear}>
          {t("common:table.clearFilter")}
        </button>
      </Empty>
    )
  }
  if (show !== "all") return <Empty title={t(show === "ours" ? "emptyOurs" : "emptyOthers")} />
  return (
    <Empty icon={<IconPlugConnected size={26} stroke={1.5} aria-hidden />} title={t("empty.title")}>
      <p>{t("empty.text")}</p>
      {isAdmin && (
        <ButtonLink to="/interfaces/new" variant="light" leftSection={<IconPlus size={16} aria-hidden />}>
          {t("create")}
        </ButtonLink>
      )}
    </Empty>
  )
}
