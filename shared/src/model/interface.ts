import { z } from "zod"
import { account, interfaceAddress, interfaceName, ipAddress, macAddress, mtu, network } from "./fields.ts"

export const interfaceKind = z.enum(["tun", "tap"])

export const route = z.strictObject({
  destination: network.describe("The network, e.g. 10.1.0.0/16; 0.0.0.0/0 or ::/0 for everything"),
  gateway: ipAddress.optional().describe("The next hop; none on a point-to-point interface"),
  metric: z.int().min(0).max(4_294_967_295).optional().describe("Lower wins; the kernel's default when left out"),
})

/** Drift is compared, ignored and repaired by these names. */
export const driftFields = [
  "exists",
  "kind",
  "persistent",
  "owner",
  "group",
  "multiQueue",
  "mtu",
  "mac",
  "addresses",
  "routes",
  "bridge",
  "up",
] as const
export const driftField = z.enum(driftFields)

const wantedShape = {
  kind: interfaceKind.describe("tun carries IP packets, tap carries Ethernet frames (IFF_TUN, IFF_TAP)"),
  persistent: z.boolean().describe("Stays when no process holds it (TUNSETPERSIST)"),
  owner: account.nullable().describe("The user who may attach without any capability (TUNSETOWNER)"),
  group: account.nullable().describe("The group whose members may attach (TUNSETGROUP)"),
  packetInfo: z.boolean().describe("Four bytes of flags and protocol before each packet (off is IFF_NO_PI)"),
  vnetHeader: z
    .boolean()
    .describe(
      "A virtio header before each packet, so that up to 64 KB pass at once (IFF_VNET_HDR); programs that attach themselves choose for themselves",
    ),
  multiQueue: z.boolean().describe("Several file descriptors may attach at once (IFF_MULTI_QUEUE)"),
  mtu: mtu.describe("Bytes of the largest packet, 68 to 65,535"),
  mac: macAddress.nullable().describe("tap only; null lets the kernel pick one (SIOCSIFHWADDR)"),
  addresses: z.array(interfaceAddress).max(256).describe("IPv4 and IPv6, each with its prefix length"),
  routes: z.array(route).max(1024).describe("Networks reached through this interface"),
  bridge: interfaceName.nullable().describe("tap only: an existing bridge to join"),
  up: z.boolean().describe("Administratively up (IFF_UP)"),
  heal: z.boolean().describe("Put back what someone else changes; otherwise the drift is shown"),
  ignoreDrift: z.array(driftField).describe("Fields whose drift is not shown and not healed"),
}

const tapOnly = "Only a tap interface carries Ethernet frames."
function checkTapOnly(
  spec: { kind?: "tun" | "tap" | undefined; mac?: string | null | undefined; bridge?: string | null | undefined },
  context: z.RefinementCtx,
): void {
  if (spec.kind !== "tun") return
  if (spec.mac) context.addIssue({ code: "custom", path: ["mac"], message: `${tapOnly} Leave the MAC address out.` })
  if (spec.bridge) context.addIssue({ code: "custom", path: ["bridge"], message: `${tapOnly} Leave the bridge out.` })
}

/** POST /interfaces. Without a name the kernel picks one and the answer has it. */
export const interfaceCreate = z
  .strictObject({
    name: interfaceName.optional().describe("At most 15 characters; left out, the kernel picks tun0, tap0, …"),
    kind: wantedShape.kind.default("tun"),
    persistent: wantedShape.persistent.default(true),
    owner: wantedShape.owner.default(null),
    group: wantedShape.group.default(null),
    packetInfo: wantedShape.packetInfo.default(false),
    vnetHeader: wantedShape.vnetHeader.default(true),
    multiQueue: wantedShape.multiQueue.default(false),
    mtu: wantedShape.mtu.default(1500),
    mac: wantedShape.mac.default(null),
    addresses: wantedShape.addresses.default([]),
    routes: wantedShape.routes.default([]),
    bridge: wantedShape.bridge.default(null),
    up: wantedShape.up.default(true),
    heal: wantedShape.heal.default(true),
    ignoreDrift: wantedShape.ignoreDrift.default([]),
  })
  .superRefine(checkTapOnly)

/** What is saved: the whole wish, with its name. */
export const interfaceWanted = z.strictObject({ name: interfaceName, ...wantedShape }).superRefine(checkTapOnly)

/** PATCH /interfaces/{name}. kind, packetInfo, vnetHeader and multiQueue belong to creation: delete and create again. */
export const interfacePatch = z
  .strictObject({
    name: interfaceName.describe("A new name: the interface is renamed"),
    persistent: wantedShape.persistent,
    owner: wantedShape.owner,
    group: wantedShape.group,
    mtu: wantedShape.mtu,
    mac: wantedShape.mac,
    addresses: wantedShape.addresses,
    routes: wantedShape.routes,
    bridge: wantedShape.bridge,
    up: wantedShape.up,
    heal: wantedShape.heal,
    ignoreDrift: wantedShape.ignoreDrift,
  })
  .partial()

export const interfaceStatistics = z.object({
  receivedPackets: z.number(),
  receivedBytes: z.number(),
  receiveDropped: z.number(),
  receiveErrors: z.number(),
  sentPackets: z.number(),
  sentBytes: z.number(),
  sendDropped: z.number().describe("The queue towards the program was full: the only sign of a slow reader"),
  sendErrors: z.number(),
})

/** What the kernel says now. Names of people may be any text here: interfaces made by others are listed too. */
export const interfaceActual = z.object({
  index: z.number(),
  name: z.string(),
  kind: interfaceKind,
  persistent: z.boolean(),
  owner: z.number().nullable().describe("uid"),
  ownerName: z.string().nullable(),
  group: z.number().nullable().describe("gid"),
  groupName: z.string().nullable(),
  packetInfo: z.boolean().describe("As of the last attachment: it belongs to the attachment, not to the interface"),
  vnetHeader: z.boolean().describe("As of the last attachment"),
  multiQueue: z.boolean(),
  mtu: z.number(),
  mac: z.string().nullable(),
  addresses: z.array(z.string()),
  routes: z.array(z.object({ destination: z.string(), gateway: z.string().optional(), metric: z.number().optional() })),
  bridge: z.string().nullable(),
  up: z.boolean(),
  carrier: z.boolean().describe("A program is attached"),
  statistics: interfaceStatistics,
})

export const holder = z.object({ pid: z.number(), command: z.string() })

export const drift = z.object({
  field: driftField,
  wanted: z.unknown(),
  actual: z.unknown(),
  ignored: z.boolean(),
})

/** One row of GET /interfaces: the wish (for interfaces of others: what is), then what the kernel says, and the difference. */
export const interfaceView = z.object({
  name: z.string(),
  ...wantedShape,
  addresses: z.array(z.string()),
  routes: interfaceActual.shape.routes,
  mac: z.string().nullable(),
  bridge: z.string().nullable(),
  managed: z.boolean().describe("Tundeck created or adopted it"),
  actual: interfaceActual.nullable().describe("null: the kernel has no such interface now"),
  drift: z.array(drift),
  holders: z.array(holder),
})

export type InterfaceKind = z.infer<typeof interfaceKind>
export type Route = z.infer<typeof route>
export type DriftField = z.infer<typeof driftField>
export type Drift = z.infer<typeof drift>
export type InterfaceCreate = z.infer<typeof interfaceCreate>
export type InterfacePatch = z.infer<typeof interfacePatch>
export type InterfaceWanted = z.infer<typeof interfaceWanted>
export type InterfaceActual = z.infer<typeof interfaceActual>
export type Holder = z.infer<typeof holder>
export type InterfaceView = z.infer<typeof interfaceView>
