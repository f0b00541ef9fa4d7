import type { Sample } from "./sample.ts"

export const controlSamples: readonly Sample[] = [
  {
    name: "ping request",
    link: "ip",
    hex: `
      45000054 00010000 400166a6 0a000001 0a000002 0800ddb6 1f2e0004 61626364 65666768 61626364 65666768 61626364
      65666768 61626364 65666768 61626364 65666768 61626364 65666768 61626364 65666768`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Echo (ping) request id=0x1f2e seq=4 ttl=64",
    },
  },
  {
    name: "ping reply",
    link: "ip",
    hex: `
      45000054 00010000 3f0167a6 0a000001 0a000002 0000e5b6 1f2e0004 61626364 65666768 61626364 65666768 61626364
      65666768 61626364 65666768 61626364 65666768 61626364 65666768 61626364 65666768`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Echo (ping) reply id=0x1f2e seq=4 ttl=63",
    },
  },
  {
    name: "port unreachable",
    link: "ip",
    hex: `
      4500003d 00010000 400166bd 0a000001 0a000002 03031126 00000000 45000021 00070000 401166bb 0a000002 0a000009
      10920035 000d9730 68656c6c 6f`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Destination unreachable (Port unreachable) for 10.0.0.2:4242 → 10.0.0.9:53 UDP",
    },
  },
  {
    name: "fragmentation needed",
    link: "ip",
    hex: `
      45000044 00010000 400166b6 0a000001 0a000002 03040c21 00000500 45000028 00070000 400666bf 0a000002 0a000009
      109201bb 00000000 00000000 50022000 698b0000`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Destination unreachable (Fragmentation needed, mtu=1280) for 10.0.0.2:4242 → 10.0.0.9:443 TCP",
    },
  },
  {
    name: "time exceeded",
    link: "ip",
    hex: `
      4500003d 00010000 400166bd 0a000001 0a000002 0b000929 00000000 45000021 00070000 401166bb 0a000002 0a000009
      10920035 000d9730 68656c6c 6f`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Time-to-live exceeded (Time to live exceeded in transit) for 10.0.0.2:4242 → 10.0.0.9:53 UDP",
    },
  },
  {
    name: "redirect",
    link: "ip",
    hex: `
      4500003d 00010000 400166bd 0a000001 0a000002 0501042a 0a0000fe 45000021 00070000 401166bb 0a000002 0a000009
      10920035 000d9730 68656c6c 6f`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Redirect (Redirect for host) gateway 10.0.0.254 for 10.0.0.2:4242 → 10.0.0.9:53 UDP",
    },
  },
  {
    name: "ICMP timestamp",
    link: "ip",
    hex: `
      45000028 00010000 400166d2 0a000001 0a000002 0d004910 00050001 020c8bec 020c8bec 020c8bec`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ICMP",
      info: "Timestamp request id=0x0005 seq=1",
    },
  },
  {
    name: "ping6 request",
    link: "ip",
    hex: `
      60000000 00103a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 8000d4e8 1f2e0004
      61626364 65666768`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "ICMPv6",
      info: "Echo (ping) request id=0x1f2e seq=4 hop limit=64",
    },
  },
  {
    name: "ping6 reply",
    link: "ip",
    hex: `
      60000000 00103a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 8100d3e8 1f2e0004
      61626364 65666768`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "ICMPv6",
      info: "Echo (ping) reply id=0x1f2e seq=4 hop limit=64",
    },
  },
  {
    name: "neighbour solicitation",
    link: "ip",
    hex: `
      60000000 00203aff fe800000 00000000 00000000 00000001 fe800000 00000000 00000000 00000002 87007a1b 00000000
      fe800000 00000000 00000000 00000002 01010200 00000001`,
    facts: {
      source: "fe80::1",
      destination: "fe80::2",
      protocol: "ICMPv6",
      info: "Neighbor Solicitation for fe80::2 from 02:00:00:00:00:01",
    },
  },
  {
    name: "neighbour advertisement",
    link: "ip",
    hex: `
      60000000 00203aff fe800000 00000000 00000000 00000001 fe800000 00000000 00000000 00000002 8800181c 60000000
      fe800000 00000000 00000000 00000001 02010200 00000001`,
    facts: {
      source: "fe80::1",
      destination: "fe80::2",
      protocol: "ICMPv6",
      info: "Neighbor Advertisement fe80::1 (sol, ovr) is at 02:00:00:00:00:01",
    },
  },
  {
    name: "router solicitation",
    link: "ip",
    hex: `
      60000000 00103aff fe800000 00000000 00000000 00000001 fe800000 00000000 00000000 00000002 85007aae 00000000
      01010200 00000001`,
    facts: {
      source: "fe80::1",
      destination: "fe80::2",
      protocol: "ICMPv6",
      info: "Router Solicitation from 02:00:00:00:00:01",
    },
  },
  {
    name: "router advertisement",
    link: "ip",
    hex: `
      60000000 00403aff fe800000 00000000 00000000 00000001 fe800000 00000000 00000000 00000002 8600f613 00080708
      00000000 00000000 01010200 00000001 05010000 000005dc 030440c0 ffffffff ffffffff 00000000 20010db8 00000000
      00000000 00000000`,
    facts: {
      source: "fe80::1",
      destination: "fe80::2",
      protocol: "ICMPv6",
      info: "Router Advertisement from 02:00:00:00:00:01 mtu=1500 prefix=2001:db8::/64 lifetime=1800",
    },
  },
  {
    name: "MLDv2 report",
    link: "ip",
    hex: `
      60000000 00240001 fe800000 00000000 00000000 00000001 ff020000 00000000 00000000 00000016 3a000502 00000100
      8f006f0f 00000001 04000000 ff020000 00000000 00000000 000000fb`,
    facts: {
      source: "fe80::1",
      destination: "ff02::16",
      protocol: "ICMPv6",
      info: "Multicast Listener Report v2 join ff02::fb",
    },
  },
  {
    name: "MLD query",
    link: "ip",
    hex: `
      60000000 00200001 fe800000 00000000 00000000 00000001 ff020000 00000000 00000000 00000001 3a000502 00000100
      82005917 27100000 00000000 00000000 00000000 00000000`,
    facts: {
      source: "fe80::1",
      destination: "ff02::1",
      protocol: "ICMPv6",
      info: "Multicast Listener Query",
    },
  },
  {
    name: "packet too big",
    link: "ip",
    hex: `
      60000000 00443a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 02009842 00000500
      60000000 00140640 fd000000 00000000 00000000 00000002 fd000000 00000000 00000000 00000009 109201bb 00000000
      00000000 50022000 83890000`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "ICMPv6",
      info: "Packet too big (mtu=1280) for [fd00::2]:4242 → [fd00::9]:443 TCP",
    },
  },
  {
    name: "no route",
    link: "ip",
    hex: `
      60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 01009354 00000000
      60000000 000d1140 fd000000 00000000 00000000 00000002 fd000000 00000000 00000000 00000009 10920035 000db12e
      68656c6c 6f`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "ICMPv6",
      info: "Destination unreachable (No route to destination) for [fd00::2]:4242 → [fd00::9]:53 UDP",
    },
  },
  {
    name: "hop limit exceeded",
    link: "ip",
    hex: `
      60000000 003d3a40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 03009154 00000000
      60000000 000d1140 fd000000 00000000 00000000 00000002 fd000000 00000000 00000000 00000009 10920035 000db12e
      68656c6c 6f`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "ICMPv6",
      info: "Time exceeded (Hop limit exceeded in transit) for [fd00::2]:4242 → [fd00::9]:53 UDP",
    },
  },
  {
    name: "IGMP general query",
    link: "ip",
    hex: `
      4500001c 00010000 0102cfdd 0a000001 e0000001 1164ee9b 00000000`,
    facts: {
      source: "10.0.0.1",
      destination: "224.0.0.1",
      protocol: "IGMPv2",
      info: "Membership Query, general",
    },
  },
  {
    name: "IGMPv2 report",
    link: "ip",
    hex: `
      4500001c 00010000 0102beda 0a000001 ef010203 1600f8fa ef010203`,
    facts: {
      source: "10.0.0.1",
      destination: "239.1.2.3",
      protocol: "IGMPv2",
      info: "Membership Report 239.1.2.3",
    },
  },
  {
    name: "IGMP leave",
    link: "ip",
    hex: `
      4500001c 00010000 0102cfdc 0a000001 e0000002 1700f7fa ef010203`,
    facts: {
      source: "10.0.0.1",
      destination: "224.0.0.2",
      protocol: "IGMPv2",
      info: "Leave Group 239.1.2.3",
    },
  },
  {
    name: "IGMPv3 report",
    link: "ip",
    hex: `
      46c00028 00010000 010239f8 0a000001 e0000016 94040000 2200f902 00000001 04000000 e00000fb`,
    facts: {
      source: "10.0.0.1",
      destination: "224.0.0.22",
      protocol: "IGMPv3",
      info: "Membership Report / join 224.0.0.251",
    },
  },
]
