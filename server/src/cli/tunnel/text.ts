import {
  peersExpected,
  type TransportSwap,
  type TunnelImported,
  type TunnelStats,
  type TunnelView,
} from "@tundeck/shared"
import { type Cell, printLine } from "../output.ts"
import { faultTexts } from "./faults.ts"

export const tunnelHead = [
  "NAME",
  "INTERFACE",
  "TRANSPORT",
  "SECURITY",
  "STATE",
  "FAULTS",
  "PEERS",
  "LARGEST",
  "OUTBOUND",
  "INBOUND",
  "DROPPED",
  "REASON",
]

export function tunnelRow(view: TunnelView): Cell[] {
  const { outbound, inbound } = view.stats
  return [
    view.name,
    view.interface,
    transportText(view),
    securityText(view),
    view.state,
    view.faulty ? "FAULTS" : null,
    peersText(view),
    view.largestPacket,
    `${outbound.packets} packets`,
    `${inbound.packets} packets`,
    outbound.dropped + inbound.dropped,
    view.reason?.code,
  ]
}

export function tunnelFields(view: TunnelView): [string, Cell | Cell[]][] {
  const { stats, swap } = view
  return [
    ["name", view.name],
    ["id", view.id],
    ["interface", view.interface],
    ["transport", [transportText(view), ...transportOptions(view)]],
    ["security", securityText(view)],
    ...keyFields(view),
    ["faults", view.faulty ? ["FAULTS are injected", ...faultTexts(view.faults)] : "none"],
    ["capture", captureTexts(view.capture)],
    ["autostart", view.autostart ? "yes" : "no"],
    ["state", `${view.state} since ${new Date(view.since).toISOString()}`],
    ["reason", view.reason?.detail],
    ["peers", `${peersText(view)} connected`],
    ["remote", view.remote],
    ["largest packet", view.largestPacket === null ? null : `${view.largestPacket} bytes`],
    ["outbound", directionText(stats.outbound)],
    ["inbound", directionText(stats.inbound)],
    ["drops", dropTexts(stats)],
    ["reconnects", stats.reconnects],
    ["round trip", stats.roundTripMs === null ? null : `${stats.roundTripMs} ms`],
    ...(swap === null ? [] : swapFields(swap)),
  ]
}

function captureTexts({ enabled, megabytes, snapLength, saveOn, saveSeconds }: TunnelView["capture"]): string[] {
  if (!enabled) return ["off"]
  const kept = `${snapLength === 0 ? "whole packets" : `${snapLength} bytes of each packet`}, ${megabytes} MB`
  return saveOn.length === 0 ? [kept] : [kept, `saves ${saveSeconds} s by itself on ${saveOn.join(" and ")}`]
}

export function stateText(view: TunnelView): string {
  return view.reason === null ? view.state : `${view.state}: ${view.reason.detail}`
}

export function printImported({ tunnel, interface: over, notes }: TunnelImported): void {
  printLine(`Created ${tunnel.name} over ${over} (${stateText(tunnel)}).`)
  if (tunnel.security.kind === "wireguard") printLine(`public key  ${tunnel.security.publicKey}`)
  for (const note of notes) printLine(`note: ${note}`)
}

function transportText({ transport, security }: TunnelView): string {
  const { kind, listen, connect, peer, answerFor } = transport
  if (kind === "responder") return answerFor === undefined ? kind : `${kind} for ${answerFor.join(", ")}`
  if (security.kind === "wireguard")
    return [kind, listen && `on ${listen}`, connect && `to ${connect}`].filter(Boolean).join(" ")
  if (connect !== undefined) return `${kind} to ${connect}`
  if (security.peers !== undefined) return `${kind} on ${listen}, hub`
  return `${kind} on ${listen} from ${peer}`
}

function transportOptions({ transport }: TunnelView): string[] {
  const { framing, sourceAddress, sourceInterface, firewallMark, dscp, clampMss, allowPublicPeer, fallback } = transport
  const options: [string, string | number | undefined][] = [
    ["framing", framing],
    ["source address", sourceAddress],
    ["source interface", sourceInterface],
    ["firewall mark", firewallMark === undefined ? undefined : `0x${firewallMark.toString(16)}`],
    ["DSCP", dscp],
    ["MSS clamping", clampMss ? "on" : undefined],
    ["public peer", allowPublicPeer ? "allowed" : undefined],
    ["fallback", fallback ? "to tcp" : undefined],
  ]
  return options.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
}

function securityText(view: TunnelView): string {
  return view.insecure ? `${view.security.kind} (CLEAR TEXT)` : view.security.kind
}

function keyFields({ security }: TunnelView): [string, Cell][] {
  if (security.kind === "none") return []
  const { publicKey, previousPublicKey } = security
  const previous: [string, Cell][] = previousPublicKey === null ? [] : [["previous key", previousPublicKey]]
  return [["public key", publicKey], ...previous]
}

function peersText(view: TunnelView): string {
  return `${view.peersConnected} of ${peersExpected(view)}`
}

function directionText({ packets, bytes, dropped }: TunnelStats["outbound"]): string {
  return `${packets} packets, ${bytes} bytes, ${dropped} dropped`
}

function dropTexts({ drops }: TunnelStats): string[] {
  if (drops.length === 0) return ["-"]
  return drops.map(({ direction, reason, packets }) => `${packets} ${direction}: ${reason}`)
}

function swapFields({ time, from, to, before, after }: TransportSwap): [string, Cell][] {
  return [
    ["swapped", `${from} to ${to} at ${new Date(time).toISOString()}`],
    ["  before", phaseText(before)],
    ["  after", phaseText(after)],
  ]
}

function phaseText({ seconds, outboundBitsPerSecond, inboundBitsPerSecond, roundTripMs }: TransportSwap["before"]) {
  if (seconds === 0) return "not measured yet"
  const roundTrip = roundTripMs === null ? "not measured" : `${roundTripMs.toFixed(2)} ms`
  const rates = `outbound ${rateText(outboundBitsPerSecond)}, inbound ${rateText(inboundBitsPerSecond)}`
  return `${rates}, round trip ${roundTrip}, over ${Math.round(seconds)} s`
}

function rateText(bitsPerSecond: number): string {
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]
  let value = bitsPerSecond
  let unit = 0
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`
}
