import type { Sample } from "./sample.ts"

export const transportSamples: readonly Sample[] = [
  {
    name: "SYN",
    link: "ip",
    hex: `
      4500003c 00010000 400666b9 0a000001 0a000002 c82201bb 000003e8 00000000 a002faf0 6b460000 020405b4 0402080a
      00000001 00000000 01030307`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TCP",
      sourcePort: 51234,
      destinationPort: 443,
      info: "51234 → 443 [SYN] seq=1000 win=64240 len=0 mss=1460 sack ws=128",
    },
  },
  {
    name: "SYN ACK",
    link: "ip",
    hex: `
      45000030 00010000 400666c5 0a000001 0a000002 01bbc822 00001388 000003e9 7012fe88 906a0000 02040578 01030307`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TCP",
      sourcePort: 443,
      destinationPort: 51234,
      info: "443 → 51234 [SYN, ACK] seq=5000 ack=1001 win=65160 len=0 mss=1400 ws=128",
    },
  },
  {
    name: "TCP data",
    link: "ip",
    hex: `
      4500008c 00010000 40066669 0a000001 0a000002 c82215b3 000003e9 00001389 501801f6 71f60000 01010101 01010101
      01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101
      01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TCP",
      sourcePort: 51234,
      destinationPort: 5555,
      info: "51234 → 5555 [PSH, ACK] seq=1001 ack=5001 win=502 len=100",
    },
  },
  {
    name: "TCP reset",
    link: "ip",
    hex: `
      60000000 00140640 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 c82215b3 00000007
      00000008 50140000 d7e70000`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "TCP",
      sourcePort: 51234,
      destinationPort: 5555,
      info: "51234 → 5555 [RST, ACK] seq=7 ack=8 win=0 len=0",
    },
  },
  {
    name: "UDP",
    link: "ip",
    hex: `
      45000028 00010000 401166c2 0a000001 0a000002 1092270f 0014ae1c 01010101 01010101 01010101`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=12",
    },
  },
  {
    name: "SCTP",
    link: "ip",
    hex: `
      45000034 00010000 40846643 0a000001 0a000002 1092270f 00000000 639db09a 01000014 00000001 00000000 00000000
      00000000`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "SCTP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 INIT",
    },
  },
  {
    name: "GRE",
    link: "ip",
    hex: `
      4500001c 00010000 402f66b0 0a000001 0a000002 000088be 61626364`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "GRE",
      info: "Encapsulated ERSPAN version=0 len=8",
    },
  },
  {
    name: "ESP",
    link: "ip",
    hex: `
      4500003c 00010000 4032668d 0a000001 0a000002 00000100 00000007 a5a5a5a5 a5a5a5a5 a5a5a5a5 a5a5a5a5 a5a5a5a5
      a5a5a5a5 a5a5a5a5 a5a5a5a5`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "ESP",
      info: "ESP (SPI=0x00000100) seq=7 len=40",
    },
  },
]
