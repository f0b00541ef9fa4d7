import type { PacketFacts, Said } from "../facts.ts"
import { claimed, type Span, seenLength, u16 } from "../span.ts"
import { describeDhcp } from "./dhcp.ts"
import { describeDhcpv6 } from "./dhcpv6.ts"
import { describeDns, describeLlmnr, describeMdns } from "./dns.ts"
import { describeHttp } from "./http.ts"
import { describeNtp } from "./ntp.ts"
import { describeQuic } from "./quic.ts"
import { describeSsh } from "./ssh.ts"
import { describeTls } from "./tls.ts"
import { describeWireguard } from "./wireguard.ts"

/** Reads a message; undefined when the bytes are not that protocol's, or too few to tell. */
type Application = (payload: Span, facts: PacketFacts) => Said | undefined

const udpPorts = new Map<number, Application>([
  [53, describeDns],
  [67, describeDhcp],
  [68, describeDhcp],
  [123, describeNtp],
  [546, describeDhcpv6],
  [547, describeDhcpv6],
  [5353, describeMdns],
  [5355, describeLlmnr],
])
const tcpPorts = new Map<number, Application>([[53, describeDnsOverTcp]])

// Those whose first bytes and lengths say enough on any port.
const udpAnywhere: readonly Application[] = [describeWireguard, describeQuic]
const tcpAnywhere: readonly Application[] = [describeTls, describeHttp, describeSsh]

export function udpApplication(facts: PacketFacts, payload: Span): Said | undefined {
  return application(udpPorts, udpAnywhere, facts, payload)
}

export function tcpApplication(facts: PacketFacts, payload: Span): Said | undefined {
  return application(tcpPorts, tcpAnywhere, facts, payload)
}

/** The port proposes, the content decides. The lower port is asked first: it is the service's more often than not. */
function application(
  ports: ReadonlyMap<number, Application>,
  anywhere: readonly Application[],
  facts: PacketFacts,
  payload: Span,
): Said | undefined {
  if (seenLength(payload) === 0) return undefined
  const { sourcePort = 0, destinationPort = 0 } = facts
  const low = ports.get(Math.min(sourcePort, destinationPort))?.(payload, facts)
  if (low !== undefined) return low
  const high = ports.get(Math.max(sourcePort, destinationPort))?.(payload, facts)
  if (high !== undefined) return high
  for (const describe of anywhere) {
    const said = describe(payload, facts)
    if (said !== undefined) return said
  }
  return undefined
}

/** Over a stream each message has its length before it (RFC 1035 section 4.2.2). */
function describeDnsOverTcp(payload: Span): Said | undefined {
  return describeDns(claimed(payload, 2, u16(payload, 0)))
}
