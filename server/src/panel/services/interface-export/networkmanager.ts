import type { InterfaceView } from "@tundeck/shared"
import type { ExportedFile } from "./exported-file.ts"
import { iniText } from "./ini.ts"

/** NetworkManager: nm-settings-keyfile(5), into /etc/NetworkManager/system-connections with mode 0600. */
export function asNetworkManager(view: InterfaceView): ExportedFile[] {
  const bridged = view.bridge !== null
  const text = iniText(
    [
      [
        "connection",
        [
          ["id", view.name],
          ["type", "tun"],
          ["interface-name", view.name],
          ["autoconnect", view.up],
          ["controller", view.bridge],
          ["port-type", bridged ? "bridge" : null],
        ],
      ],
      [
        "tun",
        [
          ["mode", view.kind === "tun" ? 1 : 2],
          // It takes numbers only; a name whose number is not known stands as it is, to be mended by hand.
          ["owner", view.actual?.owner ?? view.owner],
          ["group", view.actual?.group ?? view.group],
          ["pi", view.packetInfo],
          ["vnet-hdr", view.vnetHeader],
          ["multi-queue", view.multiQueue],
        ],
      ],
      [
        "ethernet",
        [
          ["mtu", view.mtu],
          ["cloned-mac-address", view.mac],
        ],
      ],
      ...(bridged ? [] : [family("ipv4", view, "disabled"), family("ipv6", view, "link-local")]),
    ],
    ["true", "false"],
  )
  return [{ name: `${view.name}.nmconnection`, text }]
}

function family(section: "ipv4" | "ipv6", view: InterfaceView, without: string) {
  const mine = (text: string) => text.includes(":") === (section === "ipv6")
  const addresses = view.addresses.filter(mine)
  const routes = view.routes.filter(({ destination }) => mine(destination))
  return [
    section,
    [
      ["method", addresses.length > 0 ? "manual" : without] as const,
      ...addresses.map((address, index) => [`address${index + 1}`, address] as const),
      ...routes.map(({ destination, gateway, metric }, index) => {
        const hop = gateway ?? (metric === undefined ? undefined : section === "ipv4" ? "0.0.0.0" : "::")
        return [`route${index + 1}`, [destination, hop, metric].filter((part) => part !== undefined).join(",")] as const
      }),
    ],
  ] as const
}
