import type { Sample } from "./sample.ts"

export const networkSamples: readonly Sample[] = [
  {
    name: "first fragment",
    link: "ip",
    hex: `
      4500003c 12342000 4011347b 0a000001 0a000002 1092270f 00445968 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a
      7a7a7a7a 7a7a7a7a 7a7a7a7a`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=60 [first fragment]",
    },
  },
  {
    name: "last fragment",
    link: "ip",
    hex: `
      45000030 12340005 40115482 0a000001 0a000002 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "IPv4",
      info: "Fragmented IP protocol (proto=UDP, off=40, id=0x1234, last)",
    },
  },
  {
    name: "IPv6 first fragment",
    link: "ip",
    hex: `
      60000000 00382c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 11000001 0000abcd
      1092270f 00c80000 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=192 [first fragment]",
    },
  },
  {
    name: "IPv6 last fragment",
    link: "ip",
    hex: `
      60000000 00302c40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 11000030 0000abcd
      7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a 7a7a7a7a`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "IPv6",
      info: "IPv6 fragment (proto=UDP, off=48, id=0x0000abcd, last)",
    },
  },
  {
    name: "IPv6 extension chain",
    link: "ip",
    hex: `
      60000000 00320040 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 2b000104 00000000
      3c020001 00000000 fd000000 00000000 00000000 00000003 11000104 00000000 1092270f 000a65ca 6869`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=2",
    },
  },
  {
    name: "no next header",
    link: "ip",
    hex: `
      60000000 00003b40 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "IPv6",
      info: "no next header",
    },
  },
  {
    name: "IPv4 options",
    link: "ip",
    hex: `
      47000026 00010000 401159bd 0a000001 0a000002 07070400 00000000 1092270f 000a4bcd 6869`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=2",
    },
  },
  {
    name: "6in4",
    link: "ip",
    hex: `
      45000046 00010000 4029668c 0a000001 0a000002 60000000 000a1140 fd000000 00000000 00000000 00000001 fd000000
      00000000 00000000 00000002 1092270f 000a65cb 6869`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=2",
    },
  },
  {
    name: "authentication header",
    link: "ip",
    hex: `
      45000036 00010000 40336692 0a000001 0a000002 11040000 00000100 00000001 00000000 00000000 00000000 1092270f
      000a0000 6869`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=2",
    },
  },
  {
    name: "protocol 99",
    link: "ip",
    hex: `
      45000018 00010000 40636680 0a000001 0a000002 61626364`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "IPv4",
      info: "protocol 99 len=4",
    },
  },
  {
    name: "OSPF",
    link: "ip",
    hex: `
      4500002c 00010000 40596676 0a000001 0a000002 02010018 0a000001 00000000 f2e60000 00000000 00000000`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "OSPF",
      info: "OSPF, protocol 89 len=24",
    },
  },
]
