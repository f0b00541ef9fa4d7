import { Link } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { destinations } from "./destinations.ts"
import classes from "./shell.module.css"

const MoreMenu = lazy(async () => ({ default: (await import("./more-menu.tsx")).MoreMenu }))

const inBar = 4

/** The rail of a phone: four pages, and the rest behind the fifth. */
export function BottomBar() {
  const { t } = useTranslation()
  return (
    <nav className={classes.bar} aria-label={t("nav.label")}>
      {destinations.slice(0, inBar).map(({ to, name, icon: Icon }) => (
        <Link key={name} to={to} activeOptions={{ exact: to === "/" }} className={classes.tab}>
          <Icon size={22} stroke={1.5} aria-hidden />
          {t(`nav.${name}`)}
        </Link>
      ))}
      <Suspense>
        <MoreMenu skip={inBar} />
      </Suspense>
    </nav>
  )
}
