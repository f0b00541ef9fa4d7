import { hubContract } from "./hub.contract.ts"
import { MemoryNetwork } from "./memory-network.ts"
import { MemoryTransport } from "./memory-transport.ts"
import { portContract } from "./port.contract.ts"
import type { TransportSubject } from "./testing/transport-lab.ts"
import { trainTransportContract } from "./train-transport.contract.ts"
import { transportContract } from "./transport.contract.ts"

const network = new MemoryNetwork()
const memory: TransportSubject = {
  open: (transport, peers, parts) => new MemoryTransport(network, transport, peers, parts),
  kind: "tcp",
  framing: "simpletun",
  address: "10.0.0.1",
  callers: ["10.0.0.2", "10.0.0.3", "10.0.0.4"],
  isStream: true,
  longest: 65_535,
}
const trains = { framing: "trains" } as const

transportContract("in memory", memory)
transportContract("in memory, IPv6", { ...memory, address: "fd00::1", callers: ["fd00::2"] })
transportContract("in memory, trains", { ...memory, ...trains })
trainTransportContract("in memory", { ...memory, ...trains })
hubContract("in memory", memory)
portContract("in memory", memory)
