import type { InterfaceView } from "@tundeck/shared"
import type { TunnelEnds } from "./other-side.ts"
import { interfaceBody, type TunnelFormValues } from "./values.ts"

type Device = Pick<InterfaceView, "name" | "kind" | "addresses">

/** This host as the other one reaches it: where this page was loaded from, unless that is this machine itself. */
function thisHost(fallback: string): string {
  const host = location.hostname.replace(/^\[|\]$/g, "")
  return /^(localhost|127\..*|::1)$/.test(host) ? fallback : host
}

/** What the form says, seen from the other side. */
export function endsOf(values: TunnelFormValues, interfaces: readonly Device[], unknownHost: string): TunnelEnds {
  const made = interfaceBody(values)
  const chosen = interfaces.find(({ name }) => name === values.interface)
  const device: Device =
    values.interfaceFrom === "new"
      ? {
          name: made.name ?? `${values.newInterface.kind}0`,
          kind: values.newInterface.kind,
          addresses: made.addresses ?? [],
        }
      : (chosen ?? { name: values.interface || "tun0", kind: "tun", addresses: [] })
  return {
    interface: device.name,
    kind: device.kind,
    addresses: device.addresses,
    role: values.role,
    port: Number(values.port),
    peer: values.peer.trim(),
    here: thisHost(unknownHost),
  }
}
