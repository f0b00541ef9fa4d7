import type { InterfaceView } from "@tundeck/shared"
import type { ExportedFile } from "./exported-file.ts"

/** iproute2: `ip tuntap`, `ip link`, `ip address`, `ip route`. */
export function asIpCommands(view: InterfaceView): ExportedFile[] {
  const { kind, owner, group } = view
  const add = words("ip tuntap add dev", quoted(view.name), "mode", kind, [
    owner !== null && `user ${owner}`,
    group !== null && `group ${group}`,
    view.packetInfo && "pi",
    view.vnetHeader && "vnet_hdr",
    view.multiQueue && "multi_queue",
  ])
  return [script(view, [add, ...networkCommands(view)])]
}

/**
 * tunctl makes the interface, a tap unless told; it knows nothing of addresses, so `ip` does the rest. Debian's (uml-utilities) has
 * no -n, and so no tun.
 */
export function asTunctlCommands(view: InterfaceView): ExportedFile[] {
  const { kind, owner, group } = view
  const make = words("tunctl", [kind === "tun" && "-n"], "-t", quoted(view.name), [
    owner !== null && `-u ${owner}`,
    group !== null && `-g ${group}`,
  ])
  const unsaid = [view.multiQueue && "multi-queue", view.vnetHeader && "the virtio header"].filter(Boolean)
  const note = [
    ...(unsaid.length > 0 ? [`# tunctl has no option for ${unsaid.join(" and ")}.`] : []),
    ...(kind === "tun" ? ["# The tunctl of Debian has no -n, and makes no tun: use ip tuntap there."] : []),
  ]
  return [script(view, [...note, make, ...networkCommands(view)])]
}

function networkCommands(view: InterfaceView): string[] {
  const name = quoted(view.name)
  return [
    `ip link set dev ${name} mtu ${view.mtu}`,
    ...(view.mac === null ? [] : [`ip link set dev ${name} address ${view.mac}`]),
    ...(view.bridge === null ? [] : [`ip link set dev ${name} master ${quoted(view.bridge)}`]),
    ...view.addresses.map((address) => `ip address add ${address} dev ${name}`),
    ...(view.up ? [`ip link set dev ${name} up`] : []),
    ...view.routes.map(({ destination, gateway, metric }) =>
      words("ip route add", destination, [gateway && `via ${gateway}`], "dev", name, [
        metric !== undefined && `metric ${metric}`,
      ]),
    ),
  ]
}

function script(view: InterfaceView, lines: string[]): ExportedFile {
  return { name: `${view.name}.sh`, text: `${["#!/bin/sh", "set -e", ...lines].join("\n")}\n` }
}

/** Interfaces of others may be named `$(id)`: the kernel takes it, a shell must not. */
function quoted(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function words(...parts: (string | (string | false | undefined)[])[]): string {
  return parts.flat().filter(Boolean).join(" ")
}
