import type { TunnelView } from "@tundeck/shared"
import { ClearTextBadge } from "./clear-text-badge.tsx"
import { FaultsBadge } from "./faults-badge.tsx"
import { WireguardBadge } from "./wireguard-badge.tsx"

/** What must be seen wherever a tunnel is shown: that it is clear text, or, calmly, that it is not; that faults are injected. */
export function TunnelMarks({ tunnel: { insecure, faulty } }: { tunnel: Pick<TunnelView, "insecure" | "faulty"> }) {
  return (
    <>
      {faulty && <FaultsBadge />}
      {insecure ? <ClearTextBadge /> : <WireguardBadge />}
    </>
  )
}
