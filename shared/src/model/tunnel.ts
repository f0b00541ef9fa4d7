import { z } from "zod"
import { ipFamily } from "./address.ts"
import { parseEndpoint } from "./endpoint.ts"
import { endpoint, interfaceName, ipAddress, network, tunnelName } from "./fields.ts"
import { dropReasons } from "./verdict.ts"

export const defaultTunnelPort = 55_555

/** R11: a simpletun peer reads into a buffer of 2,000 bytes without a check. */
export const largestSimpletunFrame = 2000

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

export const transport = z
  .strictObject({
    kind: z.literal("tcp").describe("simpletun frames over one TCP connection"),
    listen: endpoint.optional().describe("Wait for the peer here, e.g. 0.0.0.0:55555 or [::]:55555"),
    connect: endpoint.optional().describe("Call the peer there, e.g. 192.168.1.7:55555"),
    peer: ipAddress.optional().describe("With listen: the one address that may connect"),
    allowPublicPeer: z
      .boolean()
      .optional()
      .describe("Clear text to an address of the Internet: only with an explicit true"),
  })
  .superRefine((value, context) => {
    if ((value.listen === undefined) === (value.connect === undefined)) {
      context.addIssue({ code: "custom", path: ["connect"], message: "Give either listen or connect." })
    }
    if (value.listen !== undefined && ipFamily(parseEndpoint(value.listen)?.host ?? "") === undefined) {
      context.addIssue({
        code: "custom",
        path: ["listen"],
        message: "Listen on an address of this host, 0.0.0.0 or [::]; a name is no place to listen on.",
      })
    }
    if (value.listen !== undefined && value.peer === undefined) {
      context.addIssue({
        code: "custom",
        path: ["peer"],
        message: "A listening clear-text tunnel takes one peer only: give its address.",
      })
    }
    if (value.connect !== undefined && value.peer !== undefined) {
      context.addIssue({
        code: "custom",
        path: ["peer"],
        message: "A calling tunnel's peer is the address that it calls: leave this out.",
      })
    }
  })

/** Clear text is only ever asked for by name. */
export const security = z.strictObject({
  kind: z.literal("none").describe("Clear text: whoever sits between the hosts reads and writes along"),
  allowedIps: z
    .array(network)
    .max(256)
    .optional()
    .describe(
      "Inner sources that the peer may use; left out on tun: the networks of the interface's addresses and routes",
    ),
})

const tunnelShape = {
  name: tunnelName,
  interface: interfaceName.describe("An interface of this host"),
  transport,
  security,
  autostart: z.boolean().describe("Starts with Tundeck"),
}

export const tunnelCreate = z.strictObject({ ...tunnelShape, autostart: tunnelShape.autostart.default(false) })

/** A change of a running tunnel's transport, security or interface restarts it. */
export const tunnelPatch = z.strictObject(tunnelShape).partial()

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
  roundTripMs: z.number().nullable().describe("The kernel's smoothed estimate for the TCP connection (TCP_INFO)"),
})

/** What the engine runs. */
export const tunnelConfig = z.strictObject({ id: z.string().min(1).max(64), ...tunnelShape })

export const tunnelStatus = z.object({
  id: z.string(),
  state: tunnelState,
  reason: tunnelReason.nullable(),
  since: z.number().describe("Unix time in ms of the last change of state"),
  remote: z.string().nullable().describe("The peer's address and port while connected"),
  stats: tunnelStats,
})

export const tunnelView = z.object({
  id: z.string(),
  ...tunnelShape,
  insecure: z.boolean().describe("True for clear text: shown wherever the tunnel is shown"),
  state: tunnelState,
  reason: tunnelReason.nullable(),
  since: z.number(),
  remote: z.string().nullable(),
  stats: tunnelStats,
  createdAt: z.number().describe("Unix time in ms"),
})

export type TunnelState = z.infer<typeof tunnelState>
export type TunnelReason = z.infer<typeof tunnelReason>
export type TunnelCreate = z.infer<typeof tunnelCreate>
export type TunnelPatch = z.infer<typeof tunnelPatch>
export type TunnelConfig = z.infer<typeof tunnelConfig>
export type TunnelStats = z.infer<typeof tunnelStats>
export type TunnelStatus = z.infer<typeof tunnelStatus>
export type TunnelView = z.infer<typeof tunnelView>
