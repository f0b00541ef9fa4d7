import { capture } from "./capture/strings.ts"
import { fit, live, settings, swap } from "./detail/strings.ts"
import { faults } from "./faults/strings.ts"
import { error, form, invited, next, other } from "./form/strings.ts"
import { invites } from "./invites/strings.ts"
import { join } from "./join/strings.ts"
import { keys } from "./keys/strings.ts"
import { graphs } from "./live/strings.ts"
import { peers } from "./peers/strings.ts"
import { keyed } from "./peers/wireguard/strings.ts"
import { tryOut } from "./try/strings.ts"

export const tunnels = {
  title: "Tunnels",
  note: "Each carries the packets of one interface to other hosts.",
  new: "New tunnel",
  tryWithoutPeer: "Try it with no peer",
  start: "Start",
  stop: "Stop",
  startNamed: "Start {{name}}",
  stopNamed: "Stop {{name}}",
  empty: {
    title: "No tunnel yet",
    text: "A tunnel joins an interface of this host with one of another host, over TCP, UDP or ICMP.",
  },
  column: {
    name: "Name",
    state: "State",
    interface: "Interface",
    peer: "Peer",
    outbound: "Out",
    inbound: "In",
    rates: "Out, in",
    power: "Start or stop",
  },
  transport: {
    calls: "{{transport}}, called on port {{port}}",
    waits: "{{transport}}, awaited on port {{port}}",
    hub: "{{transport}} hub on port {{port}}",
    callsNumber: "{{transport}}, called with number {{port}}",
    waitsNumber: "{{transport}}, awaited with number {{port}}",
    hubNumber: "{{transport}} hub with number {{port}}",
    open: "{{transport}} on port {{port}}",
    openNumber: "{{transport}} with number {{port}}",
    openAny: "{{transport}} on any port",
  },

  form,
  error,
  invited,
  next,
  other,

  tab: {
    live: "Live",
    packets: "Packets",
    peers: "Peers",
    capture: "Capture",
    try: "Try",
    faults: "Faults",
    settings: "Settings",
    log: "Log",
  },
  since: "since",
  notFound: "There is no tunnel {{id}}",
  notFoundText: "It may have been deleted, or renamed.",
  toList: "To all tunnels",
  over: "over",
  edit: "Edit",

  live,
  graphs,
  fit,
  swap,
  settings,
  peers,
  keyed,
  keys,
  invites,
  join,
  faults,
  capture,
  tryOut,
  log: "Log of {{name}}",
  delete: {
    action: "Delete {{name}}",
    running:
      "The tunnel is stopped and forgotten: nothing passes between {{interface}} and {{peer}} any more. The interface {{interface}} stays.",
    stopped: "The tunnel is forgotten. The interface {{interface}} stays.",
    grace: "You can take it back for ten seconds.",
    undo: "Deleting tunnel {{name}}",
  },
} as const
