import { once } from "node:events"
import { createConnection, type Socket } from "node:net"
import { close, createEventfd, openTun, setNonBlocking, tunSetInterface } from "@tundeck/native-bindings"
import type { NewHostEvent, TunnelConfig, TunnelStatus } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { freePort } from "../../../../testing/free-port.ts"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import type { Attachment, TunnelManager } from "../ports.ts"
import { inside } from "../testing/icmp-lab.ts"
import { withoutWireguard } from "../testing/without-wireguard.ts"
import { createTunnelManager } from "./tunnel-manager.ts"

// A worker dies when it is handed what is no tun: the tunnels are real, and on this thread's loopback; their interfaces are
// elsewhere.

let namespace: Namespace
let manager: TunnelManager
let events: NewHostEvent[]
/** The interface `bad0` is none. */
let isBroken: boolean

function attach(name: string): Attachment {
  const shape = { kind: "tun", packetInfo: false, vnetHeader: true } as const
  const fd = isBroken && name === "bad0" ? createEventfd() : inside(namespace, openTun)
  if (!isBroken || name !== "bad0") inside(namespace, () => tunSetInterface(fd, { name, multiQueue: false, ...shape }))
  setNonBlocking(fd, true)
  return { fd, mtu: 1500, mac: null, ...shape }
}

beforeEach(async () => {
  namespace = await createNamespace("worker")
  events = []
  isBroken = true
  const facts = { kind: "tun", mtu: 1500, mac: null, up: true, addresses: ["10.0.0.1/24"], routes: [] } as const
  manager = createTunnelManager({
    devices: {
      attach,
      detach: (_name, fd) => close(fd),
      facts: () => ({ ...facts, addresses: [...facts.addresses], routes: [] }),
      onChange: () => () => {},
    },
    onStatus: () => {},
    onEvent: (event) => events.push(event),
    onPackets: () => {},
    wireguard: withoutWireguard,
  })
})
afterEach(async () => {
  await manager.close()
  await namespace.delete()
})

const status = (id: string): TunnelStatus | undefined => manager.list().find((each) => each.id === id)

async function start(id: string): Promise<number> {
  const port = await freePort()
  const config: TunnelConfig = {
    id,
    name: id,
    interface: `${id}0`,
    transport: { kind: "tcp", listen: `127.0.0.1:${port}`, peer: "127.0.0.1" },
    security: { kind: "none" },
    autostart: false,
  }
  manager.start(config)
  return port
}

async function call(id: string, port: number): Promise<Socket> {
  await until(() => status(id)?.reason?.code === "waiting-for-peer", { what: `${id} to listen` })
  const socket = createConnection({ host: "127.0.0.1", port })
  await once(socket, "connect")
  await until(() => status(id)?.state === "up", { what: `${id} to be up` })
  return socket
}

it("a worker that dies takes only its tunnels down, and they come back", async () => {
  const peer = await call("good", await start("good"))
  let isLost = false
  peer.on("close", () => {
    isLost = true
  })
  const port = await start("bad")
  const deaths = () => events.filter(({ text }) => text.includes("relay worker died"))
  await until(() => deaths().length >= 2, { what: "two deaths", timeoutMs: 30_000 })
  expect(new Set(deaths().map(({ subject }) => subject))).toEqual(new Set(["tunnel bad"]))
  const isSaid = () => status("bad")?.state === "reconnecting" && status("bad")?.reason?.code === "system-error"
  await until(isSaid, { what: "the tunnel to say why" })
  isBroken = false
  const back = await call("bad", port)
  expect(status("good")).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  expect(isLost).toBe(false)
  for (const socket of [peer, back]) socket.destroy()
})
