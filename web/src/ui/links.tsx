import { ActionIcon, Anchor, Button, Menu } from "@mantine/core"
import { createLink } from "@tanstack/react-router"

/** Mantine's parts as links of the router: the same looks, and `to`, `params` and `search` that the types check. */
export const AnchorLink = createLink(Anchor<"a">)
export const ButtonLink = createLink(Button<"a">)
export const ActionIconLink = createLink(ActionIcon<"a">)
export const MenuItemLink = createLink(Menu.Item<"a">)
