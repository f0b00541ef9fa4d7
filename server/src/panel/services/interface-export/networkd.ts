import type { InterfaceView } from "@tundeck/shared"
import type { ExportedFile } from "./exported-file.ts"
import { iniText } from "./ini.ts"

const yesNo = ["yes", "no"] as const

/** systemd-networkd: systemd.netdev(5) makes the interface, systemd.network(5) configures it. Both go into /etc/systemd/network. */
export function asNetworkd(view: InterfaceView): ExportedFile[] {
  const netdev = iniText(
    [
      [
        "NetDev",
        [
          ["Name", view.name],
          ["Kind", view.kind],
          ["MTUBytes", view.mtu],
          ["MACAddress", view.mac],
        ],
      ],
      [
        view.kind === "tun" ? "Tun" : "Tap",
        [
          ["User", view.owner],
          ["Group", view.group],
          ["PacketInfo", view.packetInfo],
          ["VNetHeader", view.vnetHeader],
          ["MultiQueue", view.multiQueue],
        ],
      ],
    ],
    yesNo,
  )
  const network = iniText(
    [
      ["Match", [["Name", view.name]]],
      [
        "Link",
        [
          ["MTUBytes", view.mtu],
          ["ActivationPolicy", view.up ? null : "manual"],
          ["RequiredForOnline", false],
        ],
      ],
      [
        "Network",
        [
          ["Bridge", view.bridge],
          ...view.addresses.map((address) => ["Address", address] as const),
          // An interface that nobody has attached to has no carrier: its addresses are wanted all the same.
          ["ConfigureWithoutCarrier", true],
        ],
      ],
      ...view.routes.map(
        ({ destination, gateway, metric }) =>
          [
            "Route",
            [
              ["Destination", destination],
              ["Gateway", gateway],
              ["Metric", metric],
            ],
          ] as const,
      ),
    ],
    yesNo,
  )
  return [
    { name: `50-${view.name}.netdev`, text: netdev },
    { name: `50-${view.name}.network`, text: network },
  ]
}
