import { routes, type TunnelPeerStatus } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { type Cell, printJson, printTable } from "../output.ts"

export function tunnelPeersCommand(): Command {
  return newCommand("peers")
    .argument("<tunnel>", "its name or id")
    .description("who may be at the other end, and who is")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listPeers, { params: { id } })
      if (json) return printJson(answer)
      const nobody = "The tunnel has no peers yet: tundeck tunnel peer add --help"
      const isWireguard = answer.items.some(({ publicKey }) => publicKey !== null)
      const [head, row] = isWireguard ? ([wireguardHead, wireguardRow] as const) : ([clearHead, peerRow] as const)
      printTable(head, answer.items.map(row), nobody)
    })
}

export function tunnelMacsCommand(): Command {
  return newCommand("macs")
    .argument("<tunnel>", "its name or id")
    .description("behind which peer a hub over tap has seen which MAC address")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listMacs, { params: { id } })
      if (json) return printJson(answer)
      const rows = answer.items.map(({ mac, peer, ageSeconds }) => [mac, peer ?? "(this host)", `${ageSeconds} s`])
      printTable(["MAC", "PEER", "SEEN BEFORE"], rows, "It has learned no address: only a running hub over tap does.")
    })
}

const clearHead = ["NAME", "ADDRESS", "STATE", "REMOTE", "SINCE", "ROUND TRIP", "OUTBOUND", "INBOUND", "DROPPED"]
const wireguardHead = [
  "NAME",
  "PUBLIC KEY",
  "STATE",
  "ENDPOINT",
  "LAST HANDSHAKE",
  "CARRIER",
  "CIPHER",
  "ROUND TRIP",
  "OUTBOUND",
  "INBOUND",
  "DROPPED",
  "EXPIRES",
]

function peerRow(peer: TunnelPeerStatus): Cell[] {
  const { name, address, remote, since, roundTripMs, outbound, inbound } = peer
  return [
    name,
    address,
    stateOf(peer),
    remote,
    timeText(since),
    roundTripMs === null ? null : `${roundTripMs} ms`,
    `${outbound.packets} packets`,
    `${inbound.packets} packets`,
    outbound.dropped + inbound.dropped,
  ]
}

function wireguardRow(peer: TunnelPeerStatus): Cell[] {
  const { name, publicKey, endpoint, lastHandshakeAt, carrier, cipher, expiresAt, roundTripMs, outbound, inbound } =
    peer
  return [
    name,
    publicKey,
    stateOf(peer),
    endpoint,
    timeText(lastHandshakeAt),
    carrier,
    cipher,
    roundTripMs === null ? null : `${roundTripMs} ms`,
    `${outbound.bytes} bytes`,
    `${inbound.bytes} bytes`,
    outbound.dropped + inbound.dropped,
    timeText(expiresAt),
  ]
}

const timeText = (time: number | null) => (time === null ? null : new Date(time).toISOString())

function stateOf({ enabled, connected, expiresAt }: TunnelPeerStatus): string {
  if (expiresAt !== null && expiresAt <= Date.now()) return "expired"
  if (!enabled) return "disabled"
  return connected ? "connected" : "absent"
}
