import type { TunnelView } from "@tundeck/shared"
import { ClearTextBadge } from "./clear-text-badge.tsx"
import { AnchorLink } from "./links.tsx"
import classes from "./tunnel-name.module.css"

/** A tunnel in a list: its name leads to it, and clear text is marked beside it. */
export function TunnelName({
  tunnel: { id, name, insecure },
}: {
  tunnel: Pick<TunnelView, "id" | "name" | "insecure">
}) {
  return (
    <span className={classes.name}>
      <AnchorLink inherit to="/tunnels/$id" params={{ id }} fw={600}>
        {name}
      </AnchorLink>
      {insecure && <ClearTextBadge />}
    </span>
  )
}
