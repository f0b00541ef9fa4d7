export const live = {
  out: "Out, now",
  in: "In, now",
  roundTrip: "Round trip",
  roundTripNote: {
    tcp: "The kernel's smoothed estimate for the TCP connection.",
    udp: "Measured by probes to the other host and back.",
    icmp: "Measured by probes to the other host and back.",
    responder: "There is no other host: this one answers.",
    keyed: "Measured by probes when the other side is a Tundeck, too.",
    hub: "Each peer of a hub has its own: see the tab Peers.",
  },
  reconnects: "Reconnects",
  reconnectsNote: "Connections made after the first.",
  counters: "Counters",
  countersNote: "Exact, since the tunnel was started.",
  way: "Way",
  packets: "Packets",
  bytes: "Bytes",
  dropped: "Dropped",
  total: "Total",
  outWay: "out (device to wire)",
  inWay: "in (wire to device)",
  drops: "Dropped, by reason",
  noDrops: "Nothing was dropped.",
  reason: "Reason",
  remedy: "What to do",
} as const

export const fit = {
  fits: "{{bytes}} bytes fit in one piece.",
  sends: "{{name}} sends at most {{most}}.",
  sendsTap: "{{name}} sends at most {{most}}, with the Ethernet header.",
  tooLarge: "{{name}} sends larger packets than fit in one piece",
  dropped: "What is larger is dropped: pings pass while transfers stall.",
  clamped: "TCP keeps within that, its segment size is clamped; of everything else, what is larger is dropped.",
  both: "The interface of the other host wants the same MTU.",
  ipv6: "IPv6 wants an MTU of at least 1,280 bytes: with less there is none on {{name}}.",
  set: "Set the MTU of {{name}} to {{bytes}}",
  byHand: "{{name}} is not managed by Tundeck. To change it:",
  command: "the command that sets the MTU",
} as const

export const swap = {
  title: "Before and after the change of transport",
  change: "{{from}} to {{to}}",
  figure: "Figure",
  before: "Before: {{transport}}",
  after: "After: {{transport}}",
  out: "Out",
  in: "In",
  roundTrip: "Round trip",
  over: "Measured over",
  seconds: "{{seconds}} s",
  measuring: "measuring …",
} as const

export const settings = {
  restarts: "Another interface restarts the tunnel: packets are lost meanwhile, and inner connections may end.",
  swaps:
    "The interface stays up; inner connections survive. Nothing passes until the other host is told the same: see The other side.",
  swapsKeyed:
    "The interface stays up; inner connections survive. Peers that do not find this host by themselves must be told the same.",
  encrypts: "Nothing passes until its peers are invited or added, on the tab Peers. A key is made for this tunnel.",
  decrypts:
    "From then on everything passes in clear text. The tunnel's key and its peers are forgotten: no peer can connect any more.",
} as const
