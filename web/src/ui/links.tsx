import { ActionIcon, type ActionIconProps, Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core"
import { createLink } from "@tanstack/react-router"
import type { AnchorHTMLAttributes, Ref } from "react"

export type Linked<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { ref?: Ref<HTMLAnchorElement> }

/** Mantine's parts as links of the router: the same looks, and `to`, `params` and `search` that the types check. */
export const AnchorLink = createLink((props: Linked<AnchorProps>) => <Anchor {...props} />)
export const ButtonLink = createLink((props: Linked<ButtonProps>) => <Button component="a" {...props} />)
export const ActionIconLink = createLink((props: Linked<ActionIconProps>) => <ActionIcon component="a" {...props} />)
