import { hubContract } from "./hub.contract.ts"
import { StreamTransport } from "./stream-transport.ts"
import type { TransportSubject } from "./testing/transport-lab.ts"
import { trainTransportContract } from "./train-transport.contract.ts"
import { transportContract } from "./transport.contract.ts"

const subject: TransportSubject = {
  open: (transport, peers, parts) => new StreamTransport(transport, peers, parts),
  kind: "tcp",
  framing: "simpletun",
  address: "127.0.0.1",
  callers: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
  isStream: true,
  longest: 2000,
}
const ipv6 = { address: "::1", callers: ["::1"] }
const trains = { framing: "trains", longest: 65_535 } as const

transportContract("simpletun frames over IPv4", subject)
transportContract("simpletun frames over IPv6", { ...subject, ...ipv6 })
transportContract("trains over IPv4", { ...subject, ...trains })
transportContract("trains over IPv6", { ...subject, ...trains, ...ipv6 })
trainTransportContract("IPv4", { ...subject, ...trains })
trainTransportContract("IPv6", { ...subject, ...trains, ...ipv6 })
hubContract("simpletun frames", subject)
hubContract("trains", { ...subject, ...trains })
