import { useMutation } from "@tanstack/react-query"
import {
  type Direction,
  type FaultSettings,
  faultSettings,
  isFaulty,
  routes,
  type TunnelFaults,
  type TunnelView,
} from "@tundeck/shared"
import { useEffect, useRef, useState } from "react"
import { call } from "../../../lib/api/call.ts"
import { useRememberTunnel } from "../use-tunnel-power.ts"
import { LatestOnly } from "./latest-only.ts"

const none = faultSettings.parse({})

export const settingsOf = (faults: TunnelFaults | undefined, direction: Direction): FaultSettings =>
  faults?.[direction] ?? none

/** A direction without a fault is left out: its packets take the untouched road. */
function onlyFaulty({ outbound, inbound }: TunnelFaults): TunnelFaults {
  return { ...(isFaulty(outbound) && { outbound }), ...(isFaulty(inbound) && { inbound }) }
}

/** The faults as they are moved, sent as they come to rest; one request at a time, and only the newest matters. */
export function useFaults(tunnel: TunnelView) {
  const remember = useRememberTunnel()
  /** What was moved and is not yet confirmed. */
  const [draft, setDraft] = useState<TunnelFaults | null>(null)
  const change = useMutation({
    mutationFn: (faults: TunnelFaults) =>
      call(routes.changeTunnel, { params: { id: tunnel.id }, body: { faults: onlyFaulty(faults) } }),
    onSuccess: remember,
  })
  const send = useRef<LatestOnly<TunnelFaults>>(undefined)
  send.current ??= new LatestOnly(async (faults) => {
    await change.mutateAsync(faults)
    setDraft((shown) => (shown === faults ? null : shown))
  })
  useEffect(() => () => send.current?.flush(), [])

  const faults = draft ?? tunnel.faults ?? {}
  const move = (moved: TunnelFaults, delayMs: number) => {
    setDraft(moved)
    send.current?.push(moved, delayMs)
  }
  return {
    faults,
    pending: draft !== null && !change.isError,
    error: change.error,
    saved: change.isSuccess && draft === null,
    set: (direction: Direction, settings: Partial<FaultSettings>) =>
      move({ ...faults, [direction]: { ...settingsOf(faults, direction), ...settings } }, 200),
    allOff: () => move({}, 0),
    retry: () => move({ ...faults }, 0),
  }
}
