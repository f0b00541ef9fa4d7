import type { Sample } from "./sample.ts"

export const linkSamples: readonly Sample[] = [
  {
    name: "ARP request",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 08060001 08000604 00010200 00000001 0a000001 00000000 00000a00 0002`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "02:00:00:00:00:02",
      protocol: "ARP",
      info: "Who has 10.0.0.2? Tell 10.0.0.1",
    },
  },
  {
    name: "ARP reply",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 08060001 08000604 00020200 00000001 0a000001 02000000 00020a00 0002`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "02:00:00:00:00:02",
      protocol: "ARP",
      info: "10.0.0.1 is at 02:00:00:00:00:01",
    },
  },
  {
    name: "ARP announcement",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 08060001 08000604 00010200 00000001 0a000001 00000000 00000a00 0001`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "02:00:00:00:00:02",
      protocol: "ARP",
      info: "ARP Announcement for 10.0.0.1",
    },
  },
  {
    name: "ARP probe",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 08060001 08000604 00010200 00000001 00000000 00000000 00000a00 0002`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "02:00:00:00:00:02",
      protocol: "ARP",
      info: "Who has 10.0.0.2? (ARP Probe)",
    },
  },
  {
    name: "VLAN",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 8100000a 08004500 00240001 00004001 66d60a00 00010a00 00020800 f6eb1f2e 00047878
      78787878 7878`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Echo (ping) request id=0x1f2e seq=4 ttl=64 [VLAN 10]",
    },
  },
  {
    name: "provider bridge",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 88a80064 8100000a 86dd6000 0000000a 1140fd00 00000000 00000000 00000000 0001fd00
      00000000 00000000 00000000 00021092 270f000a 65cb6869`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=2 [VLAN 100, 10]",
    },
  },
  {
    name: "spanning tree",
    link: "ethernet",
    hex: `
      0180c200 00000200 00000001 00264242 03000000 00000000 00000000 00000000 00000000 00000000 00000000 01001400
      02000f00`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "01:80:c2:00:00:00",
      protocol: "STP",
      info: "Configuration version=0",
    },
  },
  {
    name: "LLDP",
    link: "ethernet",
    hex: `
      0180c200 000e0200 00000001 88cc0207 04020000 00000104 03076574 68300602 00780000`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "01:80:c2:00:00:0e",
      protocol: "LLDP",
      info: "LLDP (type 0x88cc) len=22",
    },
  },
  {
    name: "unknown ether type",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 12346162 63646566`,
    facts: {
      source: "02:00:00:00:00:01",
      destination: "02:00:00:00:00:02",
      protocol: "Ethernet",
      info: "unknown (type 0x1234) len=6",
    },
  },
  {
    name: "Ethernet padding",
    link: "ethernet",
    hex: `
      02000000 00020200 00000001 08004500 00280001 00004006 66cd0a00 00010a00 000201bb c8220000 00010000 00025010
      2000b1f1 00000000 00000000`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TCP",
      sourcePort: 443,
      destinationPort: 51234,
      info: "443 → 51234 [ACK] seq=1 ack=2 win=8192 len=0",
    },
  },
]
