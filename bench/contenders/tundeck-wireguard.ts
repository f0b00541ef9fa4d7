// Ours, encrypted: as any stock peer speaks it, and with what two Tundecks agree on.
import type { Transport } from "@tundeck/shared"
import { createKeyPair, type KeyPair } from "../../server/src/engine/testing/wireguard-keys.ts"
import { type Carrier, type Contender, inner, type Lab, other, outer, reachable, type Side } from "../lab.ts"
import { type End, engineProcess, startEngine } from "./tundeck.ts"

const port = 51_820

/** `without`: what both ends withhold from each other (`TUNDECK_WIREGUARD_WITHOUT`). */
function wireguard(id: string, name: string, what: string, kind: Transport["kind"], without?: string): Contender {
  return { id, name, what, start: async (lab, extra) => (await startWireguard(lab, kind, without, extra)).carrier }
}

interface WireguardLab {
  carrier: Carrier
  keys: Record<Side, KeyPair>
  port: number
}

/** `a` is called by `b`. */
export async function startWireguard(
  lab: Lab,
  kind: Transport["kind"],
  without?: string,
  extra?: Record<string, string>,
): Promise<WireguardLab> {
  const env = { ...(without !== undefined && { TUNDECK_WIREGUARD_WITHOUT: without }), ...extra }
  const keys = { a: createKeyPair(), b: createKeyPair() }
  const begin = (side: Side) => startEngine(lab, side, { ...wireguardEnd(side, keys, kind), env })
  const a = await begin("a")
  const b = await begin("b")
  return { carrier: await reachable(lab, [engineProcess(b), engineProcess(a)]), keys, port }
}

export function wireguardEnd(side: Side, keys: Record<Side, KeyPair>, kind: Transport["kind"]): End {
  const { publicKey } = keys[other[side]]
  const peer = { name: other[side], publicKey, allowedIps: [`${inner[other[side]]}/32`] }
  const calls = side === "b" && { endpoint: `${outer.a}:${port}` }
  return {
    mtu: 1420,
    transport: { kind, ...(side === "a" && { listen: `${outer.a}:${port}` }) },
    security: {
      kind: "wireguard",
      privateKey: keys[side].privateKey,
      peers: [{ ...peer, keepaliveSeconds: 0, enabled: true, ...calls }],
    },
  }
}

export const encrypted: readonly Contender[] = [
  wireguard(
    "wg-udp",
    "Tundeck, WireGuard",
    "the stock protocol over UDP, ChaCha20-Poly1305, nothing agreed on beside it",
    "udp",
    "trains,aes-256-gcm,probes",
  ),
  wireguard("wg-udp-aes", "Tundeck, WireGuard, AES", "the same with AES-256-GCM, as two Tundecks agree", "udp"),
  wireguard("wg-tcp", "Tundeck, WireGuard, TCP", "whole trains in a stream, ChaCha20-Poly1305", "tcp", "aes-256-gcm"),
  wireguard("wg-tcp-aes", "Tundeck, WireGuard, TCP, AES", "the same with AES-256-GCM", "tcp"),
]
