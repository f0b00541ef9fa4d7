// What a tunnel may go over. Tests of all of it take the table.
import type { TunnelConfig } from "@tundeck/shared"

export interface Carrier {
  readonly name: string
  readonly transport: Pick<TunnelConfig["transport"], "kind" | "framing">
  /** Of the interfaces: packets so long fit a wire of 1,500 bytes in one piece, also on tap and over IPv6. */
  readonly mtu: number
}

export const carriers: readonly Carrier[] = [
  { name: "tcp", transport: { kind: "tcp" }, mtu: 1500 },
  { name: "tcp trains", transport: { kind: "tcp", framing: "trains" }, mtu: 1500 },
  { name: "udp", transport: { kind: "udp" }, mtu: 1400 },
  { name: "icmp", transport: { kind: "icmp" }, mtu: 1400 },
]

/** One of each kind. */
export const oneOfEach = carriers.filter(({ transport }) => transport.framing === undefined)

/** The same tunnel over something else. */
export function over({ transport }: Pick<Carrier, "transport">, config: TunnelConfig): TunnelConfig {
  const { framing: _, ...kept } = config.transport
  return { ...config, transport: { ...kept, ...transport } }
}
