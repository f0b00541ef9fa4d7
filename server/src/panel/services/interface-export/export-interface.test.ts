import { type InterfaceView, interfaceWanted } from "@tundeck/shared"
import { expect, it } from "vitest"
import { viewOfManaged } from "../interface-views.ts"
import { type ExportFormat, exportInterface } from "./export-interface.ts"

const tap = viewOfManaged(
  interfaceWanted.parse({
    name: "tap7",
    kind: "tap",
    persistent: true,
    owner: "ann",
    group: 90,
    packetInfo: true,
    vnetHeader: true,
    multiQueue: true,
    mtu: 1400,
    mac: "02:00:00:00:00:07",
    addresses: ["10.0.0.1/24", "fd00::1/64"],
    routes: [
      { destination: "10.1.0.0/16", gateway: "10.0.0.2", metric: 50 },
      { destination: "fd01::/64" },
      { destination: "10.2.0.0/16", metric: 7 },
    ],
    bridge: null,
    up: true,
    heal: true,
    ignoreDrift: [],
  }),
  null,
)
const tun: InterfaceView = {
  ...tap,
  name: "tun7",
  kind: "tun",
  owner: null,
  group: null,
  packetInfo: false,
  vnetHeader: false,
  multiQueue: false,
  mac: null,
  addresses: [],
  routes: [],
  up: false,
}

const text = (view: InterfaceView, format: ExportFormat) =>
  exportInterface(view, format)
    .files.map((file) => `${file.name}\n${file.text}`)
    .join("\n")

it("ip: all of it", () => {
  expect(text(tap, "ip")).toBe(`tap7.sh
#!/bin/sh
set -e
ip tuntap add dev tap7 mode tap user ann group 90 pi vnet_hdr multi_queue
ip link set dev tap7 mtu 1400
ip link set dev tap7 address 02:00:00:00:00:07
ip address add 10.0.0.1/24 dev tap7
ip address add fd00::1/64 dev tap7
ip link set dev tap7 up
ip route add 10.1.0.0/16 via 10.0.0.2 dev tap7 metric 50
ip route add fd01::/64 dev tap7
ip route add 10.2.0.0/16 dev tap7 metric 7
`)
})

it("ip: the least", () => {
  expect(text(tun, "ip")).toBe(`tun7.sh
#!/bin/sh
set -e
ip tuntap add dev tun7 mode tun
ip link set dev tun7 mtu 1400
`)
})

it("tunctl: makes it, says what it cannot, and ip does the rest", () => {
  expect(text(tap, "tunctl")).toContain("# tunctl has no option for multi-queue and the virtio header.")
  expect(text(tap, "tunctl")).toContain("\ntunctl -t tap7 -u ann -g 90\nip link set dev tap7 mtu 1400\n")
  expect(text(tun, "tunctl")).toContain("\ntunctl -n -t tun7\n")
})

it("networkd: a netdev that makes it and a network that configures it", () => {
  expect(text(tap, "networkd")).toBe(`50-tap7.netdev
[NetDev]
Name=tap7
Kind=tap
MTUBytes=1400
MACAddress=02:00:00:00:00:07

[Tap]
User=ann
Group=90
PacketInfo=yes
VNetHeader=yes
MultiQueue=yes

50-tap7.network
[Match]
Name=tap7

[Link]
MTUBytes=1400
RequiredForOnline=no

[Network]
Address=10.0.0.1/24
Address=fd00::1/64
ConfigureWithoutCarrier=yes

[Route]
Destination=10.1.0.0/16
Gateway=10.0.0.2
Metric=50

[Route]
Destination=fd01::/64

[Route]
Destination=10.2.0.0/16
Metric=7
`)
  expect(text(tun, "networkd")).toContain("ActivationPolicy=manual")
  expect(text({ ...tap, bridge: "br0" }, "networkd")).toContain("\nBridge=br0\n")
})

it("networkmanager: a keyfile", () => {
  expect(text(tap, "networkmanager")).toBe(`tap7.nmconnection
[connection]
id=tap7
type=tun
interface-name=tap7
autoconnect=true

[tun]
mode=2
owner=ann
group=90
pi=true
vnet-hdr=true
multi-queue=true

[ethernet]
mtu=1400
cloned-mac-address=02:00:00:00:00:07

[ipv4]
method=manual
address1=10.0.0.1/24
route1=10.1.0.0/16,10.0.0.2,50
route2=10.2.0.0/16,0.0.0.0,7

[ipv6]
method=manual
address1=fd00::1/64
route1=fd01::/64
`)
  expect(text({ ...tap, bridge: "br0" }, "networkmanager")).toContain("controller=br0\nport-type=bridge\n")
})

it.each(["$(reboot)", "a;b", "x'y", "{{7*7}}", "<b>x", "`id`"])(
  "a name that a shell would run is quoted: %s",
  (name) => {
    for (const format of ["ip", "tunctl"] as const) {
      const [file] = exportInterface({ ...tun, name }, format).files
      expect(file?.text).toContain(`'${name.replaceAll("'", "'\\''")}'`)
      expect(file?.text.replaceAll(/'[^']*'|^#.*$/gm, "")).not.toMatch(/[$`;<{#]/)
    }
  },
)
