import { z } from "zod"
import { tunnelCapture } from "./capture.ts"
import { tunnelFaults } from "./faults.ts"
import { interfaceName, tunnelName } from "./fields.ts"
import { checkEnds, securityConfig, securityCreate, securityView } from "./security.ts"
import { transport, transportKinds } from "./transport.ts"
import { dropReasons } from "./verdict.ts"
import { movedNetwork } from "./wireguard.ts"

export const defaultTunnelPort = 55_555

export const tunnelStates = ["stopped", "connecting", "up", "reconnecting", "failed"] as const
export const tunnelState = z.enum(tunnelStates)

/** Why a tunnel is in its state, beside `stopped` and `up`. */
export const tunnelReasons = [
  "connection-refused",
  "peer-closed",
  "peer-silent",
  "peer-unreachable",
  "bad-frame",
  "name-not-found",
  "public-peer",
  "no-handshake",
  "no-tundeck",
  "waiting-for-peer",
  "port-in-use",
  "address-not-local",
  "interface-missing",
  "interface-held",
  "interface-mismatch",
  "device-denied",
  "system-error",
] as const
export const tunnelReason = z.object({
  code: z.enum(tunnelReasons),
  detail: z.string().describe("One sentence: what happened, where, and what to do"),
})

const tunnelShape = {
  name: tunnelName,
  interface: interfaceName.describe("An interface of this host"),
  transport,
  faults: tunnelFaults
    .optional()
    .describe("Faults to inject, for tests: off unless given, and marked wherever the tunnel is shown"),
  capture: tunnelCapture
    .optional()
    .describe(
      "The latest packets, kept in memory so that they can be saved after the trouble; left out: off. An object turns it on, unless it says otherwise",
    ),
  autostart: z.boolean().describe("Starts with Tundeck"),
}

export const tunnelCreate = z
  .strictObject({
    ...tunnelShape,
    security: securityCreate
      .default({ kind: "wireguard" })
      .describe("Left out: wireguard, with a key that is made for it"),
    autostart: tunnelShape.autostart.default(false),
  })
  .superRefine(checkEnds)

/** Of a running tunnel: another interface restarts it; another transport, other peers, faults and another capture take its place while it runs. */
export const tunnelPatch = z.strictObject({ ...tunnelShape, security: securityCreate }).partial()

const directionStats = z.object({
  packets: z.number(),
  bytes: z.number().describe("Bytes of the inner packets"),
  dropped: z.number(),
})

export const tunnelStats = z.object({
  outbound: directionStats.describe("device to wire"),
  inbound: directionStats.describe("wire to device"),
  drops: z.array(
    z.object({
      direction: z.enum(["outbound", "inbound"]),
      reason: z.enum(dropReasons.map((reason) => reason.code)),
      packets: z.number(),
    }),
  ),
  reconnects: z.number().describe("Connections made after the first"),
  roundTripMs: z
    .number()
    .nullable()
    .describe(
      "To the peer and back: the kernel's smoothed estimate (tcp), or measured by probes (udp, icmp); null on a hub",
    ),
  retransmissions: z
    .number()
    .optional()
    .describe("Segments that the kernel sent again; left out where the transport does not know (udp, icmp)"),
})

/** What the engine runs. */
export const tunnelConfig = z
  .strictObject({ id: z.string().min(1).max(64), ...tunnelShape, security: securityConfig })
  .superRefine(checkEnds)

export const tunnelStatus = z.object({
  id: z.string(),
  state: tunnelState,
  reason: tunnelReason.nullable(),
  since: z.number().describe("Unix time in ms of the last change of state"),
  remote: z.string().nullable().describe("The peer's address and port while connected; null on a hub"),
  peersConnected: z.number().describe("Of a hub, how many of its peers are there; else 1 while the peer is, or 0"),
  largestPacket: z
    .number()
    .nullable()
    .describe("Bytes of the largest inner packet that the transport carries in one piece; null while not known"),
  stats: tunnelStats,
})

const phase = z.object({
  seconds: z.number().describe("How long it was measured, 30 at most; 0: there is no figure yet"),
  outboundBitsPerSecond: z.number().describe("Of inner packets"),
  inboundBitsPerSecond: z.number().describe("Of inner packets"),
  roundTripMs: z.number().nullable().describe("The mean of what was measured; null: nothing was"),
})

/** The last change of a running tunnel's transport: what it carried before, and carries since. */
export const transportSwap = z.object({
  time: z.number().describe("Unix time in ms"),
  from: z.enum(transportKinds),
  to: z.enum(transportKinds),
  before: phase.describe("The last seconds with the old transport"),
  after: phase.describe("Since the change; later on the latest seconds, so that it is what the transport carries now"),
})

export const tunnelView = z.object({
  id: z.string(),
  ...tunnelShape,
  capture: tunnelCapture,
  security: securityView,
  insecure: z.boolean().describe("True for clear text that leaves this host: shown wherever the tunnel is shown"),
  state: tunnelState,
  reason: tunnelReason.nullable(),
  since: z.number(),
  remote: z.string().nullable(),
  peersConnected: tunnelStatus.shape.peersConnected,
  largestPacket: tunnelStatus.shape.largestPacket,
  faulty: z.boolean().describe("True while faults are injected: shown wherever the tunnel is shown"),
  swap: transportSwap
    .nullable()
    .describe("The last change of transport while it ran; null before the first one, and once it was stopped"),
  stats: tunnelStats,
  createdAt: z.number().describe("Unix time in ms"),
  moved: z
    .array(movedNetwork)
    .optional()
    .describe("Only in the answer to a change: networks that were another peer's before it"),
})

export type TunnelState = z.infer<typeof tunnelState>
export type TunnelReason = z.infer<typeof tunnelReason>
export type TunnelCreate = z.infer<typeof tunnelCreate>
export type TunnelPatch = z.infer<typeof tunnelPatch>
export type TunnelConfig = z.infer<typeof tunnelConfig>
export type TunnelStats = z.infer<typeof tunnelStats>
export type TunnelStatus = z.infer<typeof tunnelStatus>
export type TransportSwap = z.infer<typeof transportSwap>
export type TunnelView = z.infer<typeof tunnelView>
