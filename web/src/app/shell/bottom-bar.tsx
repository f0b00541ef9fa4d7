import { Menu } from "@mantine/core"
import { IconDots } from "@tabler/icons-react"
import { Link } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { MenuItemLink } from "../../ui/links.tsx"
import { destinations } from "./destinations.ts"
import classes from "./shell.module.css"

const inBar = 4

/** The rail of a phone: four pages and the rest behind the fifth. */
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
      <Menu position="top-end" width={200}>
        <Menu.Target>
          <button type="button" className={classes.tab}>
            <IconDots size={22} stroke={1.5} aria-hidden />
            {t("nav.more")}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {destinations.slice(inBar).map(({ to, name, icon: Icon }) => (
            <MenuItemLink key={name} to={to} leftSection={<Icon size={18} stroke={1.6} aria-hidden />}>
              {t(`nav.${name}`)}
            </MenuItemLink>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
