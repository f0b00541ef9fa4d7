import { type DriftField, driftFields, type InterfacePatch, type InterfaceView, interfacePatch } from "@tundeck/shared"

export type ComparedField = DriftField | "packetInfo" | "vnetHeader"

/** One line of wanted | kernel | drift. `attachment` fields are the kernel's for each attachment and do not drift. */
export interface ComparedLine {
  field: ComparedField
  status: "same" | "differs" | "ignored" | "attachment" | "unwatched"
}

/** The kernel's word for each field. */
export const kernelNames: Record<ComparedField, string> = {
  exists: "TUNSETIFF",
  kind: "TUNSETIFF",
  persistent: "TUNSETPERSIST",
  owner: "TUNSETOWNER",
  group: "TUNSETGROUP",
  packetInfo: "IFF_NO_PI",
  vnetHeader: "IFF_VNET_HDR",
  multiQueue: "IFF_MULTI_QUEUE",
  mtu: "IFLA_MTU",
  mac: "IFLA_ADDRESS",
  addresses: "RTM_NEWADDR",
  routes: "RTM_NEWROUTE",
  bridge: "IFLA_MASTER",
  up: "IFF_UP",
}

const order: readonly ComparedField[] = [
  "exists",
  "kind",
  "up",
  "addresses",
  "routes",
  "mtu",
  "mac",
  "bridge",
  "persistent",
  "owner",
  "group",
  "multiQueue",
  "packetInfo",
  "vnetHeader",
]

/** The lines worth showing: MAC and bridge are tap's alone, and that it exists is only said when it does not. */
export function compare(view: InterfaceView): ComparedLine[] {
  return order.flatMap((field): ComparedLine[] => {
    const drift = view.drift.find((each) => each.field === field)
    if (field === "exists" && !drift) return []
    if ((field === "mac" || field === "bridge") && view.kind === "tun") return []
    if (!view.managed) return [{ field, status: "unwatched" }]
    if (!isDriftField(field)) return [{ field, status: "attachment" }]
    return [{ field, status: drift === undefined ? "same" : drift.ignored ? "ignored" : "differs" }]
  })
}

export function isDriftField(field: ComparedField): field is DriftField {
  return driftFields.some((each) => each === field)
}

const acceptable = ["persistent", "owner", "group", "mtu", "mac", "addresses", "routes", "bridge", "up"] as const

/** The change that makes what the kernel says the wish; undefined where a wish cannot follow (kind, queues, a lost interface). */
export function acceptance(field: ComparedField, { actual }: InterfaceView): InterfacePatch | undefined {
  const accepted = acceptable.find((each) => each === field)
  if (!actual || !accepted) return undefined
  // The kernel adds link-local IPv6 addresses by itself: they are no wish.
  const value =
    accepted === "addresses" ? actual.addresses.filter((address) => !/^fe80:/i.test(address)) : actual[accepted]
  const parsed = interfacePatch.safeParse({ [accepted]: value })
  return parsed.success ? parsed.data : undefined
}
