import { Menu } from "@mantine/core"
import { IconDots } from "@tabler/icons-react"
import { useLocation } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { MenuItemLink } from "../../ui/menu-item-link.tsx"
import { destinations } from "./destinations.ts"
import classes from "./shell.module.css"

/** The fifth entry of the bottom bar: the pages that have no room in it. */
export function MoreMenu({ skip }: { skip: number }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const rest = destinations.slice(skip)
  const isHere = rest.some(({ to }) => pathname.startsWith(to))
  return (
    <Menu position="top-end" width={200}>
      <Menu.Target>
        <button type="button" className={classes.tab} data-status={isHere ? "active" : undefined}>
          <IconDots size={22} stroke={1.5} aria-hidden />
          {t("nav.more")}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {rest.map(({ to, name, icon: Icon }) => (
          <MenuItemLink key={name} to={to} leftSection={<Icon size={18} stroke={1.6} aria-hidden />}>
            {t(`nav.${name}`)}
          </MenuItemLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
