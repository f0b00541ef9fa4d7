import { ActionIcon, Tooltip } from "@mantine/core"
import { IconAlertTriangle, IconKeyboard } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { hostQuery } from "../../lib/host.ts"
import { ActionIconLink } from "../../ui/links.tsx"
import { Logo } from "../../ui/logo.tsx"
import { useHostFaults } from "./host.ts"
import classes from "./shell.module.css"

const HeaderMenus = lazy(async () => ({ default: (await import("./header-menus.tsx")).HeaderMenus }))

export function Header({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useTranslation()
  const hostname = useQuery(hostQuery).data?.hostname
  const faults = useHostFaults()
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.brand}>
        <Logo />
        <span>{t("product")}</span>
        {hostname !== undefined && <span className={classes.hostname}>· {hostname}</span>}
      </Link>
      <div className={classes.tools}>
        {faults > 0 && (
          <Tooltip label={t("nav.hostFaults", { count: faults })}>
            <ActionIconLink to="/host" color="red" size="lg" aria-label={t("nav.hostFaults", { count: faults })}>
              <IconAlertTriangle size={19} stroke={1.7} aria-hidden />
            </ActionIconLink>
          </Tooltip>
        )}
        <Tooltip label={`${t("header.shortcuts")} (?)`}>
          <ActionIcon size="lg" onClick={onShortcuts} aria-label={t("header.shortcuts")} visibleFrom="sm">
            <IconKeyboard size={19} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <div className={classes.menus}>
          <Suspense>
            <HeaderMenus />
          </Suspense>
        </div>
      </div>
    </header>
  )
}
