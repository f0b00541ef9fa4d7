import {
  comparableAddresses,
  comparableRoutes,
  type InterfaceActual,
  type InterfaceView,
  type Route,
} from "@tundeck/shared"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import { Mono } from "../../../ui/mono.tsx"
import classes from "../interfaces.module.css"
import type { ComparedField } from "./comparison.ts"

interface FieldValueProps {
  field: ComparedField
  of: InterfaceView | InterfaceActual | null
  /** On the kernel's side: tells apart what the kernel adds by itself. */
  wish?: InterfaceView
}

/** A field as wanted (of a view) or as the kernel says (of its `actual`; null when the interface is gone). */
export function FieldValue({ field, of, wish }: FieldValueProps): ReactNode {
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
      return <Lines lines={of.addresses.map((address) => ({ text: address, own: isOwnAddress(address, of, wish) }))} />
    case "routes":
      return (
        <Lines
          lines={of.routes.map((route) => ({
            text: routeText(route, (metric) => t("detail.values.metric", { metric })),
            own: isOwnRoute(route, of, wish),
          }))}
        />
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

type Side = InterfaceView | InterfaceActual

const isOwnAddress = (address: string, of: Side, wish: InterfaceView | undefined) =>
  wish !== undefined && "ownerName" in of && !comparableAddresses(wish, of).includes(address)

const isOwnRoute = (route: Route, of: Side, wish: InterfaceView | undefined) =>
  wish !== undefined && "ownerName" in of && !comparableRoutes(wish, of).includes(route)

function Lines({ lines }: { lines: readonly { text: string; own: boolean }[] }) {
  const { t } = useTranslation("interfaces")
  if (lines.length === 0) return <span className={classes.quiet}>{t("detail.values.none")}</span>
  return (
    <div className={classes.stack}>
      {lines.map(({ text, own }) => (
        <div key={text}>
          <Mono>{text}</Mono> {own && <span className={classes.own}>{t("detail.values.kernelsOwn")}</span>}
        </div>
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
