import type { InterfaceKind, Route } from "@tundeck/shared"

/** One change to one interface, small enough that the kernel either does it or refuses it. */
export type Step =
  | { do: "create"; kind: InterfaceKind; packetInfo: boolean; vnetHeader: boolean; multiQueue: boolean }
  | { do: "rename"; from: string }
  | { do: "set-owner"; owner: string | number | null }
  | { do: "set-group"; group: string | number | null }
  | { do: "set-persistent"; persistent: boolean }
  | { do: "set-mac"; mac: string }
  | { do: "set-mtu"; mtu: number }
  | { do: "set-bridge"; bridge: string | null }
  | { do: "set-up"; up: boolean }
  | { do: "add-address" | "delete-address"; address: string }
  | { do: "add-route" | "delete-route"; route: Route }

/** What a person would type to do the step by hand. The words of tunctl where `ip` has none. */
export function toIpCommand(name: string, step: Step): string {
  switch (step.do) {
    case "create":
      return ["ip tuntap add dev", name, "mode", step.kind, ...attachmentWords(step)].join(" ")
    case "rename":
      return `ip link set ${step.from} name ${name}`
    case "set-owner":
      return `tunctl -t ${name} -u ${step.owner ?? -1}`
    case "set-group":
      return `tunctl -t ${name} -g ${step.group ?? -1}`
    case "set-persistent":
      return step.persistent ? `tunctl -t ${name}` : `tunctl -d ${name}`
    case "set-mac":
      return `ip link set ${name} address ${step.mac}`
    case "set-mtu":
      return `ip link set ${name} mtu ${step.mtu}`
    case "set-bridge":
      return step.bridge === null ? `ip link set ${name} nomaster` : `ip link set ${name} master ${step.bridge}`
    case "set-up":
      return `ip link set ${name} ${step.up ? "up" : "down"}`
    case "add-address":
      return `ip address add ${step.address} dev ${name}`
    case "delete-address":
      return `ip address del ${step.address} dev ${name}`
    case "add-route":
      return `ip route add ${routeWords(step.route, name)}`
    case "delete-route":
      return `ip route del ${routeWords(step.route, name)}`
  }
}

function attachmentWords(step: { packetInfo: boolean; vnetHeader: boolean; multiQueue: boolean }): string[] {
  return [
    ...(step.packetInfo ? ["pi"] : []),
    ...(step.vnetHeader ? ["vnet_hdr"] : []),
    ...(step.multiQueue ? ["multi_queue"] : []),
  ]
}

function routeWords({ destination, gateway, metric }: Route, name: string): string {
  const via = gateway === undefined ? "" : ` via ${gateway}`
  return `${destination}${via} dev ${name}${metric === undefined ? "" : ` metric ${metric}`}`
}
