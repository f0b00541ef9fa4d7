import { Menu, type MenuItemProps } from "@mantine/core"
import { createLink } from "@tanstack/react-router"
import type { Linked } from "./links.tsx"

/** A link of the router in a menu. Apart from the other links: menus load after the page. */
export const MenuItemLink = createLink((props: Linked<MenuItemProps>) => <Menu.Item component="a" {...props} />)
