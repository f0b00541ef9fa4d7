import {
  bind,
  close,
  getCongestionControl,
  listen,
  openTcpSocket,
  openUnixSocketPair,
  setCongestionControl,
  socketName,
  tcpInfo,
  waitReadable,
} from "@tundeck/native-bindings"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { inside } from "../../testing/icmp-lab.ts"
import { PathControl } from "./path-control.ts"
import { openConnection } from "./tcp-socket.ts"

let namespace: Namespace
let listener: number
beforeAll(async () => {
  namespace = await createNamespace("path")
  listener = inside(namespace, () => openTcpSocket(4))
  bind(listener, { address: "127.0.0.1", port: 0 })
  listen(listener, 32)
})
afterAll(async () => {
  close(listener)
  await namespace?.delete()
})

/** A connection within the host. A pause of the machine may make its first round trip a long one: then it is another. */
function openShort(tries = 10): number {
  const { fd } = inside(namespace, () => openConnection(socketName(listener), {}))
  waitReadable(listener, 10_000)
  if (tries === 0 || tcpInfo(fd).roundTripMicroseconds < 1000) return fd
  close(fd)
  return openShort(tries - 1)
}

/** It has chosen this for itself. */
function connection(chosen: string) {
  const fd = openShort()
  setCongestionControl(fd, chosen)
  return { fd, control: new PathControl(fd), [Symbol.dispose]: () => close(fd) }
}

it("a short path gets cubic, until more than a segment in a hundred is sent again: then the host's choice", () => {
  using path = connection("reno")
  expect(getCongestionControl(path.fd)).toBe("cubic")
  path.control.look({ segmentsSent: 400, totalRetransmits: 400 })
  path.control.look({ segmentsSent: 1000, totalRetransmits: 10 })
  expect(getCongestionControl(path.fd)).toBe("cubic")
  path.control.look({ segmentsSent: 2000, totalRetransmits: 20 })
  expect(getCongestionControl(path.fd)).toBe("cubic")
  path.control.look({ segmentsSent: 3000, totalRetransmits: 31 })
  expect(getCongestionControl(path.fd)).toBe("reno")
  setCongestionControl(path.fd, "cubic")
  path.control.look({ segmentsSent: 4000, totalRetransmits: 1000 })
  expect(getCongestionControl(path.fd)).toBe("cubic")
})

it("a host that has chosen cubic keeps it, and what is no TCP connection is left alone", () => {
  using path = connection("cubic")
  path.control.look({ segmentsSent: 1000, totalRetransmits: 500 })
  expect(getCongestionControl(path.fd)).toBe("cubic")
  for (const fd of openUnixSocketPair()) {
    new PathControl(fd).look({ segmentsSent: 1000, totalRetransmits: 500 })
    close(fd)
  }
})
