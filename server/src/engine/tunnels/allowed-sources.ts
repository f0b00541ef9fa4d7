import { networkOf, parsePrefix, type TunnelConfig } from "@tundeck/shared"
import type { InterfaceFacts } from "../ports.ts"

/**
 * The inner sources that the peer of a clear-text tunnel may use. On tun, unless the tunnel names them: what this host
 * would route into the interface, which is the networks of its addresses and its routes. On tap, unless named: any,
 * because behind a bridge there may be any network. null is any.
 */
export function allowedSources(config: TunnelConfig, facts: InterfaceFacts): string[] | null {
  const { security } = config
  if (security.kind === "none" && security.allowedIps !== undefined) return security.allowedIps
  if (facts.kind === "tap") return null
  const texts = [...facts.addresses, ...facts.routes.map((route) => route.destination)]
  const networks = texts.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix === undefined ? [] : [networkOf(prefix)]
  })
  return [...new Set(networks)].sort()
}
