import { expect, test } from "vitest"
import { connectByVeth } from "../links.ts"
import { createNamespace, type Namespace } from "../namespace.ts"
import { until } from "../wait.ts"
import { startSimpletun } from "./simpletun.ts"
import { connectWire, frame, listenWire, type WirePeer } from "./wire.ts"

/** The first that arrives: an interface drops what comes before the kernel has taken notice of its carrier. */
async function echoRequest(from: Namespace, wire: WirePeer): Promise<Buffer | undefined> {
  await from.exec("ping", ["-c", "1", "-W", "1", "10.77.0.2"], { mayFail: true })
  return wire.frames().find((bytes) => bytes[9] === 1)
}

test("as client: what the C peer reads from its interface arrives as frames, and a length that lies ends it", async () => {
  await using a = await createNamespace("a")
  await using b = await createNamespace("b")
  await connectByVeth(a, b, { v4: ["10.8.0.1/24", "10.8.0.2/24"] })
  const peer = await startSimpletun(a, { kind: "tun", addresses: ["10.77.0.1/24"] })
  const wire = await connectWire(b, { host: "10.8.0.1", port: 55555 })
  const request = await until(() => echoRequest(a, wire), { what: "the echo request" })
  expect(request.length).toBe(84)
  wire.send(frame(Buffer.alloc(4), 65_535))
  await until(() => wire.closed && peer.exited, { what: "the C peer to give up" })
  await wire.close()
})

test("as server: frames sent reach the C peer's interface over IPv6", async () => {
  await using a = await createNamespace("a")
  await using b = await createNamespace("b")
  await connectByVeth(a, b, { v6: ["fd08::1/64", "fd08::2/64"] })
  const listener = await listenWire(b, { host: "fd08::2", port: 55555 })
  await startSimpletun(a, { kind: "tun", connect: "fd08::2", addresses: ["10.77.0.1/24"] })
  const wire = await listener.accepted()
  const request = await until(() => echoRequest(a, wire), { what: "the echo request" })
  wire.send(frame(request))
  const received = async () => {
    const [link] = await a.ip("-s", "link", "show", "tun0")
    return JSON.stringify(link).includes('"rx":{"bytes":84,"packets":1')
  }
  await until(received, { what: "the packet to be counted" })
  await listener.close()
})
