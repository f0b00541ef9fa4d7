import type { PacketFacts, Said } from "../facts.ts"
import { dataField, type Layer, wholeField } from "../field.ts"
import { type Span, seenLength } from "../span.ts"
import type { Application } from "./application.ts"
import { dhcp } from "./dhcp.ts"
import { dhcpv6 } from "./dhcpv6.ts"
import { dns, dnsOverTcp, llmnr, mdns } from "./dns.ts"
import { http } from "./http.ts"
import { ntp } from "./ntp.ts"
import { openvpn, openvpnOverTcp } from "./openvpn.ts"
import { quic } from "./quic.ts"
import { ssh } from "./ssh.ts"
import { tls } from "./tls.ts"
import { tundeckDatagram, tundeckFrame, tundeckProbe, tundeckTrain } from "./tundeck.ts"
import { wireguard } from "./wireguard.ts"

const udpPorts = new Map<number, Application>([
  [53, dns],
  [67, dhcp],
  [68, dhcp],
  [123, ntp],
  [546, dhcpv6],
  [547, dhcpv6],
  [1194, openvpn],
  [5353, mdns],
  [5355, llmnr],
])
const tcpPorts = new Map<number, Application>([
  [53, dnsOverTcp],
  [1194, openvpnOverTcp],
])

// Those whose first bytes and lengths say enough on any port.
const udpAnywhere: readonly Application[] = [wireguard, quic, tundeckProbe, tundeckDatagram]
const tcpAnywhere: readonly Application[] = [tls, http, ssh, tundeckFrame, tundeckTrain]

export function udpApplication(facts: PacketFacts, payload: Span): Said | undefined {
  return find(udpPorts, udpAnywhere, facts, payload)?.said
}

export function tcpApplication(facts: PacketFacts, payload: Span): Said | undefined {
  return find(tcpPorts, tcpAnywhere, facts, payload)?.said
}

export function udpApplicationLayers(facts: PacketFacts, payload: Span): Layer[] {
  return layers(find(udpPorts, udpAnywhere, facts, payload), payload)
}

export function tcpApplicationLayers(facts: PacketFacts, payload: Span): Layer[] {
  return layers(find(tcpPorts, tcpAnywhere, facts, payload), payload)
}

interface Found {
  readonly application: Application
  readonly said: Said
}

/** The port proposes, the content decides. The lower port is asked first: it is the service's more often than not. */
function find(
  ports: ReadonlyMap<number, Application>,
  anywhere: readonly Application[],
  facts: PacketFacts,
  payload: Span,
): Found | undefined {
  if (seenLength(payload) === 0) return undefined
  const { sourcePort = 0, destinationPort = 0 } = facts
  const low = ask(ports.get(Math.min(sourcePort, destinationPort)), payload, facts)
  if (low !== undefined) return low
  const high = ask(ports.get(Math.max(sourcePort, destinationPort)), payload, facts)
  if (high !== undefined) return high
  for (const application of anywhere) {
    const found = ask(application, payload, facts)
    if (found !== undefined) return found
  }
  return undefined
}

function ask(application: Application | undefined, payload: Span, facts: PacketFacts): Found | undefined {
  const said = application?.describe(payload, facts)
  return application === undefined || said === undefined ? undefined : { application, said }
}

function layers(found: Found | undefined, payload: Span): Layer[] {
  if (found === undefined) return dataField(payload)
  return [wholeField(payload, found.application.name, found.said.info, found.application.fields(payload))]
}
