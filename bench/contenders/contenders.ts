// Who is measured, in this order.
import { type Contender, outer } from "../lab.ts"
import { fastd } from "./fastd.ts"
import { openvpnTcp, openvpnUdp } from "./openvpn.ts"
import { cPeer, cPeerAsPublished } from "./simpletun.ts"
import { ours, towardsC } from "./tundeck.ts"
import { encrypted } from "./tundeck-wireguard.ts"
import { wireguardGo } from "./wireguard-go.ts"

const wire: Contender = {
  id: "veth",
  name: "veth alone",
  what: "the wire itself, without any tunnel: the limit",
  start: async () => ({ address: outer.a, pids: [], stop: async () => {} }),
}

export const contenders: readonly Contender[] = [
  wire,
  ...ours,
  ...encrypted,
  towardsC,
  cPeer,
  cPeerAsPublished,
  fastd,
  openvpnUdp,
  openvpnTcp,
  wireguardGo,
]
