import { type InterfaceView, ipFamily } from "@tundeck/shared"
import { pageHost } from "../../../lib/page-host.ts"
import { interfaceBody } from "./body.ts"
import { networkList } from "./networks.ts"
import type { TunnelEnds } from "./other-side.ts"
import type { TunnelFormValues } from "./values.ts"

type Device = Pick<InterfaceView, "name" | "kind" | "addresses">

/** This host as the other one reaches it: as it is told to call or to listen, else as this page reaches it. */
function thisHost({ role, more, listenAddress }: TunnelFormValues): string | undefined {
  const told = (role === "connect" ? more.sourceAddress : listenAddress).trim()
  return ipFamily(told) !== undefined && told !== "0.0.0.0" && told !== "::" ? told : pageHost()
}

/** What the form says, seen from the other side. */
export function endsOf(values: TunnelFormValues, interfaces: readonly Device[], unknownHost: string): TunnelEnds {
  const device = deviceOf(values, interfaces)
  return {
    interface: device.name,
    kind: device.kind,
    addresses: device.addresses,
    transport: values.transport,
    framing: values.framing,
    role: values.role,
    port: Number(values.port),
    peer: values.peer.trim(),
    peers: values.peers.map(({ name, allowed }) => ({ name: name.trim(), allowed: networkList(allowed) })),
    here: thisHost(values) ?? unknownHost,
  }
}

function deviceOf(values: TunnelFormValues, interfaces: readonly Device[]): Device {
  if (values.interfaceFrom === "existing") {
    const chosen = interfaces.find(({ name }) => name === values.interface)
    return chosen ?? { name: values.interface || "tun0", kind: "tun", addresses: [] }
  }
  const { name, addresses = [] } = interfaceBody(values)
  const { kind } = values.newInterface
  return { name: name ?? `${kind}0`, kind, addresses }
}
