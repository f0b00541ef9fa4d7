import { ThemeMenu } from "../../ui/theme-menu.tsx"
import { AccountMenu } from "./account-menu.tsx"

/** The header's menus: they load right after the page. */
export function HeaderMenus() {
  return (
    <>
      <ThemeMenu />
      <AccountMenu />
    </>
  )
}
