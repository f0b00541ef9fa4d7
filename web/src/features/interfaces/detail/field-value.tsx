import type { InterfaceActual, InterfaceView, Route } from "@tundeck/shared"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import { Mono } from "../../../ui/mono.tsx"
import classes from "../interfaces.module.css"
import type { ComparedField } from "./comparison.ts"

interface FieldValueProps {
  field: ComparedField
  of: InterfaceView | InterfaceActual | null
}

/** A field as wanted (of a view) or as the kernel says (of its `actual`; null when the interface is gone). */
export function FieldValue({ field, of }: FieldValueProps): ReactNode {
  const { t } = useTranslation("interfaces")
  const none = <span className={classes.quiet}>{t("detail.values.none")}</span>
  if (field === "exists") return t(of === null ? "detail.values.no" : "detail.values.yes")
  if (of === null) return none
  switch (field) {
    case "kind":
      return t(`kinds.${of.kind}.word`)
    case "up":
      return t(of.up ? "detail.values.up" : "detail.values.down")
    case "mtu":
      return t("detail.values.bytes", { bytes: formatCount(of.mtu) })
    case "mac":
      return of.mac === null ? (
        <span className={classes.quiet}>{t("detail.values.kernelPicks")}</span>
      ) : (
        <Mono>{of.mac}</Mono>
      )
    case "bridge":
      return of.bridge === null ? none : <Mono>{of.bridge}</Mono>
    case "addresses":
      return <Lines lines={of.addresses} />
    case "routes":
      return (
        <Lines lines={of.routes.map((route) => routeText(route, (metric) => t("detail.values.metric", { metric })))} />
      )
    case "owner":
    case "group":
      return accountText(field, of) ?? <span className={classes.quiet}>{t("detail.values.none")}</span>
    case "persistent":
    case "multiQueue":
    case "packetInfo":
    case "vnetHeader":
      return t(of[field] ? "detail.values.yes" : "detail.values.no")
  }
}

function Lines({ lines }: { lines: readonly string[] }) {
  const { t } = useTranslation("interfaces")
  if (lines.length === 0) return <span className={classes.quiet}>{t("detail.values.none")}</span>
  return (
    <div className={classes.stack}>
      {lines.map((line) => (
        <Mono key={line}>{line}</Mono>
      ))}
    </div>
  )
}

function routeText({ destination, gateway, metric }: Route, metricText: (metric: number) => string): string {
  return [destination, gateway === undefined ? "" : `via ${gateway}`, metric === undefined ? "" : metricText(metric)]
    .filter(Boolean)
    .join(" ")
}

/** "alice (1000)", "1000", "alice": a wish in the words of the kernel's side where that has the same account. */
function accountText(field: "owner" | "group", of: InterfaceView | InterfaceActual): string | undefined {
  const account = of[field]
  if (account === null) return undefined
  const known = "ownerName" in of ? of : of.actual
  const [id, name] = known === null ? [null, null] : [known[field], known[`${field}Name`]]
  return name !== null && (account === id || account === name) ? `${name} (${id})` : String(account)
}
