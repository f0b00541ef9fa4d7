import { z } from "zod"
import { captureQuery } from "../model/capture.ts"
import { historyQuery, tunnelHistory } from "../model/history.ts"
import { injected, injection } from "../model/injection.ts"
import { packetSummary } from "../model/packet-summary.ts"
import { tunnelCreate, tunnelPatch, tunnelStats, tunnelView } from "../model/tunnel.ts"
import { clearPeer, clearPeerPatch, macEntry, tunnelPeerStatus } from "../model/tunnel-peer.ts"
import { wireguardPeerCreate, wireguardPeerPatch } from "../model/wireguard.ts"
import { defineRoute, listOf } from "./route.ts"

export const identified = z.strictObject({ id: z.string().min(1).max(64).describe("The tunnel's id or name") })
const peerOfTunnel = identified.extend({
  peer: z.string().min(1).max(64).describe("The peer's name, or its public key (URL-safe base64, too)"),
})

/** The part of `routes` that is about tunnels. */
export const tunnelRoutes = {
  listTunnels: defineRoute({
    method: "GET",
    path: "/tunnels",
    access: "viewer",
    tag: "tunnels",
    summary: "All tunnels with state and counters",
    answer: listOf(tunnelView),
    problems: [],
  }),
  createTunnel: defineRoute({
    method: "POST",
    path: "/tunnels",
    access: "admin",
    tag: "tunnels",
    summary: "Save a tunnel; starts it when autostart is set",
    description:
      "Without `security` it is a wireguard tunnel, with a key that is made for it: whoever has a key among `security.peers` may connect, from anywhere. In clear text, point to point, it listens for the one peer in `transport.peer` or calls the one in `transport.connect`; with `security.peers` it is a hub: it listens, and each of them may call.",
    body: tunnelCreate,
    answer: tunnelView,
    status: 201,
    problems: ["tunnel-exists", "interface-not-found", "public-peer-refused", "engine-unavailable"],
  }),
  readTunnel: defineRoute({
    method: "GET",
    path: "/tunnels/:id",
    access: "viewer",
    tag: "tunnels",
    summary: "One tunnel",
    params: identified,
    answer: tunnelView,
    problems: ["tunnel-not-found"],
  }),
  changeTunnel: defineRoute({
    method: "PATCH",
    path: "/tunnels/:id",
    access: "admin",
    tag: "tunnels",
    summary: "Change a tunnel, while it runs, too",
    description:
      'What is left out stays; `transport`, `security` and `faults` are each replaced whole, but for what a wireguard `security` does not name: its private key, its peers, and the preshared keys of peers that it has already. Of a running tunnel the transport, the peers and the faults change without closing the interface: no carrier is lost, addresses stay, and connections inside live on; `swap` in the answer then compares the two transports. Another interface restarts it. `{"faults": {}}` turns all faults off.',
    params: identified,
    body: tunnelPatch,
    answer: tunnelView,
    problems: ["tunnel-not-found", "tunnel-exists", "interface-not-found", "public-peer-refused", "engine-unavailable"],
  }),
  deleteTunnel: defineRoute({
    method: "DELETE",
    path: "/tunnels/:id",
    access: "admin",
    tag: "tunnels",
    summary: "Stop and forget a tunnel",
    params: identified,
    answer: null,
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  startTunnel: defineRoute({
    method: "POST",
    path: "/tunnels/:id/start",
    access: "admin",
    tag: "tunnels",
    summary: "Start; answers while it connects",
    params: identified,
    answer: tunnelView,
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  stopTunnel: defineRoute({
    method: "POST",
    path: "/tunnels/:id/stop",
    access: "admin",
    tag: "tunnels",
    summary: "Stop",
    params: identified,
    answer: tunnelView,
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  tunnelStats: defineRoute({
    method: "GET",
    path: "/tunnels/:id/stats",
    access: "viewer",
    tag: "tunnels",
    summary: "Exact counters since the start",
    params: identified,
    answer: tunnelStats,
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  tunnelHistory: defineRoute({
    method: "GET",
    path: "/tunnels/:id/history",
    access: "viewer",
    tag: "tunnels",
    summary: "What it carried, step by step: one second for an hour, one minute for a week, one hour for a year",
    description:
      "Columns of equal length; a step that nobody measured is missing, and no zero. Of the peers of a hub and of a wireguard tunnel with more than one, each has its own: `peer`. `format=csv` gives the same as a table (RFC 4180) with the names of the columns in its first line.",
    params: identified,
    query: historyQuery,
    answer: tunnelHistory,
    text: "text/csv",
    problems: ["tunnel-not-found", "peer-not-found"],
  }),
  listPeers: defineRoute({
    method: "GET",
    path: "/tunnels/:id/peers",
    access: "viewer",
    tag: "tunnels",
    summary: "Who may be at the other end, and who is",
    description:
      "A hub's peers in the order in which they are saved, with counters of each since it connected first; the one peer of a point-to-point tunnel under the tunnel's own name. While the tunnel is stopped nobody is connected.",
    params: identified,
    answer: listOf(tunnelPeerStatus),
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  addPeer: defineRoute({
    method: "POST",
    path: "/tunnels/:id/peers",
    access: "admin",
    tag: "tunnels",
    summary: "Add a peer to a wireguard tunnel or a clear-text hub",
    description:
      "It may connect at once; the other peers do not notice. A wireguard peer is known by its public key. Networks that were another peer's move to it: `moved` in the answer names them.",
    params: identified,
    body: z.union([wireguardPeerCreate, clearPeer]),
    answer: tunnelView,
    status: 201,
    problems: ["tunnel-not-found", "tunnel-not-hub", "peer-exists", "public-peer-refused", "engine-unavailable"],
  }),
  changePeer: defineRoute({
    method: "PATCH",
    path: "/tunnels/:id/peers/:peer",
    access: "admin",
    tag: "tunnels",
    summary: "Change a peer",
    description:
      'What is left out stays; null takes away. `{"enabled": false}` cuts the peer off and turns it away until it is enabled again; another public key, or in clear text another address, ends what it had.',
    params: peerOfTunnel,
    body: z.union([wireguardPeerPatch, clearPeerPatch]),
    answer: tunnelView,
    problems: [
      "tunnel-not-found",
      "tunnel-not-hub",
      "peer-not-found",
      "peer-exists",
      "public-peer-refused",
      "engine-unavailable",
    ],
  }),
  removePeer: defineRoute({
    method: "DELETE",
    path: "/tunnels/:id/peers/:peer",
    access: "admin",
    tag: "tunnels",
    summary: "Remove a peer: it is cut off at once",
    params: peerOfTunnel,
    answer: null,
    problems: ["tunnel-not-found", "tunnel-not-hub", "peer-not-found", "engine-unavailable"],
  }),
  listMacs: defineRoute({
    method: "GET",
    path: "/tunnels/:id/macs",
    access: "viewer",
    tag: "tunnels",
    summary: "Behind which peer a hub has seen which MAC address",
    description:
      "A hub over tap switches Ethernet frames by this table. Empty for any other tunnel, and for one that is stopped.",
    params: identified,
    answer: listOf(macEntry),
    problems: ["tunnel-not-found", "engine-unavailable"],
  }),
  saveCapture: defineRoute({
    method: "GET",
    path: "/tunnels/:id/capture.pcapng",
    access: "admin",
    tag: "tunnels",
    summary: "The packets of the last seconds as a pcapng file, and what follows when asked",
    description:
      "Each packet bears a comment with its verdict, tunnel and peer; statistics count what was overwritten before. Of a tunnel that was stopped less than 15 minutes ago, the seconds before its stop. It has the packets themselves, so it is for admins, and each download is in the audit.",
    params: identified,
    query: captureQuery,
    stream: "application/x-pcapng",
    answer: z.string().describe("The file"),
    problems: [
      "tunnel-not-found",
      "tunnel-not-running",
      "capture-off",
      "filter-invalid",
      "rate-limited",
      "store-full",
      "engine-unavailable",
    ],
  }),
  injectPacket: defineRoute({
    method: "POST",
    path: "/tunnels/:id/inject",
    access: "admin",
    tag: "tunnels",
    summary: "Send a packet that is made up",
    description:
      "A ping, ARP, UDP, TCP SYN, or raw bytes; lengths and checksums are filled in. It takes the road of any packet, and the answer says what became of it. At most the interface's MTU, and 100 a second for each tunnel; each is in the audit.",
    params: identified,
    body: injection,
    answer: injected,
    problems: ["tunnel-not-found", "tunnel-not-running", "rate-limited", "engine-unavailable"],
  }),
  tunnelPackets: defineRoute({
    method: "GET",
    path: "/tunnels/:id/packets",
    access: "viewer",
    tag: "tunnels",
    summary: "The latest packets that passed, oldest first",
    params: identified,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      filter: z.string().optional().describe("Only packets that it finds; docs/filters.md is its language"),
    }),
    answer: z.object({ items: z.array(packetSummary), missed: z.number() }),
    problems: ["tunnel-not-found", "tunnel-not-running", "filter-invalid", "engine-unavailable"],
  }),
} as const
