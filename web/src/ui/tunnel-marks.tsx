import type { TunnelView } from "@tundeck/shared"
import { ClearTextBadge } from "./clear-text-badge.tsx"
import { FaultsBadge } from "./faults-badge.tsx"

/** What must be seen wherever a tunnel is shown: that it is clear text, that faults are injected. */
export function TunnelMarks({ tunnel: { insecure, faulty } }: { tunnel: Pick<TunnelView, "insecure" | "faulty"> }) {
  return (
    <>
      {faulty && <FaultsBadge />}
      {insecure && <ClearTextBadge />}
    </>
  )
}
