import { ipFamily } from "../model/address.ts"
import type { Stream } from "./stream.ts"

/** Filters that find what the analysis speaks of; docs/filters.md is their language. */

/** One address of IP, or of Ethernet. */
export function hostFilter(address: string, side?: "src" | "dst"): string {
  const host = side === undefined ? "host" : `${side} host`
  const ip = withoutDots(address)
  return ipFamily(ip) === undefined ? `ether ${host} ${address}` : `${host} ${ip}`
}

/** A mapped address as a filter takes it: ::ffff:10.0.0.1 is ::ffff:a00:1. */
function withoutDots(address: string): string {
  const [, prefix, ...octets] = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address) ?? []
  if (prefix === undefined) return address
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number)
  return `${prefix}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** Both directions of a conversation. */
export function streamFilter({ source, destination, over }: Stream): string {
  const hosts = `${hostFilter(source.address)} and ${hostFilter(destination.address)}`
  if (source.port === undefined || destination.port === undefined) return `${hosts} and ${overFilter(over)}`
  const name = over.toLowerCase()
  return `${hosts} and ${name} port ${source.port} and ${name} port ${destination.port}`
}

/** From the source to the destination alone. */
export function oneWayFilter({ source, destination, over }: Stream): string {
  const hosts = `${hostFilter(source.address, "src")} and ${hostFilter(destination.address, "dst")}`
  if (source.port === undefined || destination.port === undefined) return `${hosts} and ${overFilter(over)}`
  const name = over.toLowerCase()
  return `${hosts} and ${name} src port ${source.port} and ${name} dst port ${destination.port}`
}

export function protocolFilter(protocol: string): string {
  return `protocol == ${quoted(protocol)}`
}

function overFilter(over: string): string {
  return over === "GRE" ? "gre" : protocolFilter(over)
}

export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`
}
