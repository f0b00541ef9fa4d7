import type { TunnelView } from "@tundeck/shared"
import { AnchorLink } from "./links.tsx"
import { TunnelMarks } from "./tunnel-marks.tsx"
import classes from "./tunnel-name.module.css"

interface TunnelNameProps {
  tunnel: Pick<TunnelView, "id" | "name" | "insecure" | "faulty" | "transport">
}

/** A tunnel in a list: its name leads to it, and what must be seen of it is marked beside it. */
export function TunnelName({ tunnel }: TunnelNameProps) {
  return (
    <span className={classes.name}>
      <AnchorLink inherit to="/tunnels/$id" params={{ id: tunnel.id }} fw={600}>
        {tunnel.name}
      </AnchorLink>
      <TunnelMarks tunnel={tunnel} />
    </span>
  )
}
