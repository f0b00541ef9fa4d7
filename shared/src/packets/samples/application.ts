import type { Sample } from "./sample.ts"

export const applicationSamples: readonly Sample[] = [
  {
    name: "DNS query",
    link: "ip",
    hex: `
      45000039 00010000 401166b1 0a000001 0a000002 9c400035 0025628d 1a2b0100 00010000 00000000 07657861 6d706c65
      036f7267 00000100 01`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "DNS",
      sourcePort: 40000,
      destinationPort: 53,
      info: "Standard query 0x1a2b A example.org",
    },
  },
  {
    name: "DNS answer",
    link: "ip",
    hex: `
      45000071 00010000 40116679 0a000001 0a000002 00359c40 005dab73 1a2b8180 00010002 00000000 03777777 07657861
      6d706c65 036f7267 00000100 01c00c00 05000100 00003c00 0d076578 616d706c 65036f72 67000765 78616d70 6c65036f
      72670000 01000100 00003c00 045db8d8 22`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "DNS",
      sourcePort: 53,
      destinationPort: 40000,
      info: "Standard query response 0x1a2b A www.example.org CNAME example.org A 93.184.216.34",
    },
  },
  {
    name: "DNS no such name",
    link: "ip",
    hex: `
      60000000 00261140 fd000000 00000000 00000000 00000001 fd000000 00000000 00000000 00000002 00359c40 00265822
      1a2c8183 00010000 00000000 046e6f70 65076578 616d706c 6500001c 0001`,
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "DNS",
      sourcePort: 53,
      destinationPort: 40000,
      info: "Standard query response 0x1a2c No such name AAAA nope.example",
    },
  },
  {
    name: "DNS compressed answers",
    link: "ip",
    hex: `
      45000083 00010000 40116667 0a000001 0a000002 00359c40 006f1928 1a2d8180 00010003 00000000 07657861 6d706c65
      036f7267 00000f00 01c00c00 0f000100 00003c00 09000a04 6d61696c c00cc00c 001c0001 0000003c 00102001 0db80000
      00000000 00000000 0001c00c 00210001 0000003c 000d0001 00021466 04686f73 74c00c`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "DNS",
      sourcePort: 53,
      destinationPort: 40000,
      info: "Standard query response 0x1a2d MX example.org MX 10 mail.example.org AAAA 2001:db8::1 SRV 1 2 5222 host.example.org",
    },
  },
  {
    name: "DNS over TCP",
    link: "ip",
    hex: `
      45000047 00010000 400666ae 0a000001 0a000002 9c400035 00000001 00000001 50182000 b2770000 001d1a2b 01000001
      00000000 00000765 78616d70 6c65036f 72670000 410001`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "DNS",
      sourcePort: 40000,
      destinationPort: 53,
      info: "Standard query 0x1a2b HTTPS example.org",
    },
  },
  {
    name: "mDNS query",
    link: "ip",
    hex: `
      4500003d 00010000 ff11d0b2 0a000001 e00000fb 14e914e9 002966d8 00000000 00010000 00000000 045f6970 70045f74
      6370056c 6f63616c 00000c00 01`,
    facts: {
      source: "10.0.0.1",
      destination: "224.0.0.251",
      protocol: "MDNS",
      sourcePort: 5353,
      destinationPort: 5353,
      info: 'Standard query 0x0000 PTR _ipp._tcp.local, "QM" question',
    },
  },
  {
    name: "mDNS answer",
    link: "ip",
    hex: `
      45000050 00010000 ff11d09f 0a000001 e00000fb 14e914e9 003c8d05 00008400 00000001 00000000 045f6970 70045f74
      6370056c 6f63616c 00000c00 01000011 94000d0a 426ac3b6 726ee280 9973c00c`,
    facts: {
      source: "10.0.0.1",
      destination: "224.0.0.251",
      protocol: "MDNS",
      sourcePort: 5353,
      destinationPort: 5353,
      info: "Standard query response 0x0000 PTR Björn’s._ipp._tcp.local",
    },
  },
  {
    name: "TLS client hello",
    link: "ip",
    hex: `
      4500022d 00010000 400664c8 0a000001 0a000002 c82201bb 00000001 00000001 50182000 56fd0000 16030102 00010001
      fc0303c8 6e580e20 7a77e9ea ff825a2a 30175798 41dee5de 546e390a 24e5506a 316e8a20 4f78e4b8 9add7b57 52356e59
      934e0c75 2006daf9 dcb40215 8ea35c01 8712f492 003e1302 13031301 c02cc030 009fcca9 cca8ccaa c02bc02f 009ec024
      c028006b c023c027 0067c00a c0140039 c009c013 0033009d 009c003d 003c0035 002f00ff 01000175 00000010 000e0000
      0b657861 6d706c65 2e6f7267 000b0004 03000102 000a0016 0014001d 0017001e 00190018 01000101 01020103 01040023
      00000010 000e000c 02683208 68747470 2f312e31 00160000 00170000 000d002a 00280403 05030603 08070808 0809080a
      080b0804 08050806 04010501 06010303 03010302 04020502 0602002b 00090803 04030303 02030100 2d000201 01003300
      26002400 1d002099 129720bd b6da58cc d14dc5da 4f0f77d2 5f3b9fcd 875f2220 df726f1b 46e67500 1500b200 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TLS",
      sourcePort: 51234,
      destinationPort: 443,
      info: "Client Hello (SNI=example.org, ALPN=h2 http/1.1, TLS 1.3)",
    },
  },
  {
    name: "TLS server hello",
    link: "ip",
    hex: `
      450000c2 00010000 40066633 0a000001 0a000002 01bbc822 00000001 00000001 50182000 0f580000 16030300 7a020000
      76030311 11111111 11111111 11111111 11111111 11111111 11111111 11111111 11111120 22222222 22222222 22222222
      22222222 22222222 22222222 22222222 22222222 13010000 2e002b00 02030400 33002400 1d002033 33333333 33333333
      33333333 33333333 33333333 33333333 33333333 33333314 03030001 01170303 00104444 44444444 44444444 44444444
      4444`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TLS",
      sourcePort: 443,
      destinationPort: 51234,
      info: "Server Hello (TLS 1.3), Change Cipher Spec, Application Data",
    },
  },
  {
    name: "TLS alert",
    link: "ip",
    hex: `
      4500002f 00010000 400666c6 0a000001 0a000002 01bbc822 00000001 00000001 50182000 6fde0000 15030300 020228`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TLS",
      sourcePort: 443,
      destinationPort: 51234,
      info: "Alert (Fatal, Handshake Failure)",
    },
  },
  {
    name: "TLS application data",
    link: "ip",
    hex: `
      4500004d 00010000 400666a8 0a000001 0a000002 c82201bb 00000001 00000001 50182000 226d0000 17030300 20555555
      55555555 55555555 55555555 55555555 55555555 55555555 55555555 55`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TLS",
      sourcePort: 51234,
      destinationPort: 443,
      info: "Application Data",
    },
  },
  {
    name: "HTTP request",
    link: "ip",
    hex: `
      45000057 00010000 4006669e 0a000001 0a000002 c8220050 00000001 00000001 50182000 81620000 47455420 2f696e64
      65782e68 746d6c20 48545450 2f312e31 0d0a486f 73743a20 6578616d 706c652e 6f72670d 0a0d0a`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "HTTP",
      sourcePort: 51234,
      destinationPort: 80,
      info: "GET /index.html HTTP/1.1",
    },
  },
  {
    name: "HTTP response",
    link: "ip",
    hex: `
      45000055 00010000 400666a0 0a000001 0a000002 0050c822 00000001 00000001 50182000 94dd0000 48545450 2f312e31
      20343034 204e6f74 20466f75 6e640d0a 436f6e74 656e742d 4c656e67 74683a20 300d0a0d 0a`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "HTTP",
      sourcePort: 80,
      destinationPort: 51234,
      info: "HTTP/1.1 404 Not Found",
    },
  },
  {
    name: "SSH banner",
    link: "ip",
    hex: `
      45000048 00010000 400666ad 0a000001 0a000002 0016c822 00000001 00000001 50182000 85ca0000 5353482d 322e302d
      4f70656e 5353485f 392e3270 31204465 6269616e 2d320d0a`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "SSH",
      sourcePort: 22,
      destinationPort: 51234,
      info: "Server: Protocol (SSH-2.0-OpenSSH_9.2p1 Debian-2)",
    },
  },
  {
    name: "DHCP discover",
    link: "ip",
    hex: `
      45000110 00010000 401179dd 00000000 ffffffff 00440043 00fcc96a 01010600 00003d1d 00000000 00000000 00000000
      00000000 00000000 02000000 00010000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 63825363 350101ff`,
    facts: {
      source: "0.0.0.0",
      destination: "255.255.255.255",
      protocol: "DHCP",
      sourcePort: 68,
      destinationPort: 67,
      info: "DHCP Discover xid=0x00003d1d client=02:00:00:00:00:01",
    },
  },
  {
    name: "DHCP offer",
    link: "ip",
    hex: `
      45000116 00010000 401165d1 0a000001 0a000005 00430044 0102a413 02010600 00003d1d 00000000 00000000 0a000005
      00000000 00000000 02000000 00010000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 63825363 35010236 040a0000 01ff`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.5",
      protocol: "DHCP",
      sourcePort: 67,
      destinationPort: 68,
      info: "DHCP Offer 10.0.0.5 xid=0x00003d1d client=02:00:00:00:00:01",
    },
  },
  {
    name: "DHCPv6 solicit",
    link: "ip",
    hex: `
      60000000 00121140 fe800000 00000000 00000000 00000001 ff020000 00000000 00000000 00010002 02220223 0012f46f
      01100874 00080002 0000`,
    facts: {
      source: "fe80::1",
      destination: "ff02::1:2",
      protocol: "DHCPv6",
      sourcePort: 546,
      destinationPort: 547,
      info: "Solicit xid=0x100874",
    },
  },
  {
    name: "NTP client",
    link: "ip",
    hex: `
      4500004c 00010000 4011669e 0a000001 0a000002 007b007b 0038fca1 23000a00 00000000 00000000 00000000 00000000
      00000000 eeae86c8 daf92000 00000000 00000000 eeae86c8 dafa0000`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "NTP",
      sourcePort: 123,
      destinationPort: 123,
      info: "NTP Version 4, client",
    },
  },
  {
    name: "QUIC initial",
    link: "ip",
    hex: `
      45000047 00010000 401166a3 0a000001 0a000002 c82201bb 00330bda c0000000 01088394 c8f03e51 57080000 40196666
      66666666 66666666 66666666 66666666 66666666 666666`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "QUIC",
      sourcePort: 51234,
      destinationPort: 443,
      info: "Initial, DCID=8394c8f03e515708",
    },
  },
  {
    name: "WireGuard initiation",
    link: "ip",
    hex: `
      450000b0 00010000 4011663a 0a000001 0a000002 ca6cca6c 009cfdc6 01000000 78563412 77777777 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "WireGuard",
      sourcePort: 51820,
      destinationPort: 51820,
      info: "Handshake Initiation, sender=0x12345678",
    },
  },
  {
    name: "WireGuard response",
    link: "ip",
    hex: `
      45000078 00010000 40116672 0a000001 0a000002 ca6cca6c 0064766c 02000000 78563412 21436587 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "WireGuard",
      sourcePort: 51820,
      destinationPort: 51820,
      info: "Handshake Response, sender=0x12345678, receiver=0x87654321",
    },
  },
  {
    name: "WireGuard data",
    link: "ip",
    hex: `
      4500009c 00010000 4011664e 0a000001 0a000002 ca6cca6c 00887e77 04000000 78563412 05000000 00000000 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777
      77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777 77777777
      77777777 77777777 77777777`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "WireGuard",
      sourcePort: 51820,
      destinationPort: 51820,
      info: "Transport Data, receiver=0x12345678, counter=5, datalen=96",
    },
  },
  {
    name: "WireGuard keepalive",
    link: "ip",
    hex: `
      4500003c 00010000 401166ae 0a000001 0a000002 ca6cca6c 0028e49d 04000000 78563412 06000000 00000000 77777777
      77777777 77777777 77777777`,
    facts: {
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "WireGuard",
      sourcePort: 51820,
      destinationPort: 51820,
      info: "Keepalive, receiver=0x12345678, counter=6",
    },
  },
]
