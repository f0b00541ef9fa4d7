import { Problem } from "@tundeck/shared"
import type { TunnelChange } from "./tunnels.ts"

/** What shall become of a tunnel by a change of one of its peers. */
export type PeerChange = Omit<TunnelChange, "action">

export const onOff = (enabled: boolean) => (enabled ? "enabled" : "disabled")

/** A peer of the other kind of tunnel, told by the field that only such have. Throws Problem validation-failed. */
export function refuseField(body: object, field: string, message: string): void {
  if (field in body) throw new Problem("validation-failed", undefined, [{ path: field, message }])
}

/** Throws Problem peer-not-found. */
export function found<P extends { name: string }>(peers: readonly P[], name: string): P {
  const peer = peers.find((one) => one.name === name)
  if (peer === undefined) throw new Problem("peer-not-found", `The tunnel has no peer ${name}.`)
  return peer
}
