import { Tooltip } from "@mantine/core"
import type { InterfaceView } from "@tundeck/shared"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { interfaceState } from "../../lib/interface-state.ts"
import { InterfaceStateBadge } from "../../ui/interface-state.tsx"
import { AnchorLink } from "../../ui/links.tsx"
import { Mono } from "../../ui/mono.tsx"
import type { Column } from "../../ui/table/columns.ts"
import { DriftSummary } from "./drift-summary.tsx"
import classes from "./interfaces.module.css"
import { ownerText } from "./owner.ts"

export function useInterfaceColumns(): readonly Column<InterfaceView>[] {
  const { t } = useTranslation("interfaces")
  return useMemo(
    () => [
      {
        id: "name",
        header: t("columns.name"),
        width: "132px",
        card: "title",
        sortBy: ({ name }) => name,
        cell: ({ name }) => (
          <AnchorLink size="sm" fw={600} ff="monospace" to="/interfaces/$name" params={{ name }}>
            {name}
          </AnchorLink>
        ),
      },
      {
        id: "kind",
        header: t("columns.kind"),
        width: "58px",
        sortBy: ({ kind }) => kind,
        cell: ({ kind }) => (
          <Tooltip label={t(`kinds.${kind}.title`)}>
            <span>{t(`kinds.${kind}.word`)}</span>
          </Tooltip>
        ),
      },
      {
        id: "state",
        header: t("columns.state"),
        width: "124px",
        card: "beside",
        sortBy: interfaceState,
        cell: (view) => <InterfaceStateBadge view={view} />,
      },
      {
        id: "addresses",
        header: t("columns.addresses"),
        width: "182px",
        cell: (view) => <Addresses view={view} />,
      },
      {
        id: "owner",
        card: "hidden",
        header: t("columns.owner"),
        width: "112px",
        sortBy: (view) => ownerText(view) ?? "",
        cell: (view) => {
          const owner = ownerText(view)
          return owner === undefined ? <span className={classes.quiet}>{t("owner.anyone")}</span> : owner
        },
      },
      { id: "holders", header: t("columns.holders"), cell: (view) => <Holders view={view} /> },
      {
        id: "managed",
        header: t("columns.managed"),
        width: "106px",
        sortBy: ({ managed }) => Number(!managed),
        cell: ({ managed }) => (
          <Tooltip label={t(managed ? "managed.oursTitle" : "managed.othersTitle")}>
            <span className={managed ? undefined : classes.quiet}>
              {t(managed ? "managed.ours" : "managed.others")}
            </span>
          </Tooltip>
        ),
      },
      {
        id: "drift",
        header: t("columns.drift"),
        width: "152px",
        sortBy: ({ drift }) => -drift.filter(({ ignored }) => !ignored).length,
        cell: (view) => <DriftSummary view={view} />,
      },
    ],
    [t],
  )
}

const shownAddresses = 2

function Addresses({ view: { actual, addresses } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  const all = actual?.addresses ?? addresses
  if (all.length === 0) return <span className={classes.quiet}>{t("addresses.none")}</span>
  const more = all.length - shownAddresses
  return (
    <div className={classes.stack}>
      {all.slice(0, shownAddresses).map((address) => (
        <Mono key={address}>{address}</Mono>
      ))}
      {more > 0 && <span className={classes.quiet}>{t("addresses.more", { count: more })}</span>}
    </div>
  )
}

function Holders({ view: { holders } }: { view: InterfaceView }) {
  const { t } = useTranslation("interfaces")
  const [first] = holders
  if (!first) return <span className={classes.quiet}>{t("heldBy.none")}</span>
  return (
    <div className={classes.stack}>
      <span className={classes.command} title={first.command}>
        {first.command}
      </span>
      <span className={classes.quiet}>
        {t("heldBy.process", { pid: first.pid })}
        {holders.length > 1 && ` ${t("heldBy.more", { count: holders.length - 1 })}`}
      </span>
    </div>
  )
}
