import type { TunnelView } from "@tundeck/shared"
import { ClearTextBadge } from "./clear-text-badge.tsx"
import { FaultsBadge } from "./faults-badge.tsx"
import { WireguardBadge } from "./wireguard-badge.tsx"

type Marked = Pick<TunnelView, "insecure" | "faulty"> & { transport: Pick<TunnelView["transport"], "kind"> }

/** What must be seen wherever a tunnel is shown: that it is clear text, or, calmly, that it is not; that faults are injected. Nothing of a responder's leaves this host. */
export function TunnelMarks({ tunnel: { insecure, faulty, transport } }: { tunnel: Marked }) {
  return (
    <>
      {faulty && <FaultsBadge />}
      {insecure && <ClearTextBadge />}
      {!insecure && transport.kind !== "responder" && <WireguardBadge />}
    </>
  )
}
