import type { TunnelCapture } from "@tundeck/shared"
import type { RunningTunnel } from "./running-tunnel.ts"

/** The capture ring of one tunnel, which may have been stopped. */
export interface KeptCapture {
  tunnel: RunningTunnel
  /** Of the interface when it was last looked at. */
  link: "ip" | "ethernet"
  wanted: TunnelCapture
  ring: SharedArrayBuffer
  /** Unix ms. */
  from: number
  /** CLOCK_BOOTTIME in ms; undefined: it runs. */
  stoppedAt: number | undefined
  expiry: NodeJS.Timeout | undefined
}
