import { type ClearPeer, interfaceCreate } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { oneOfEach } from "../testing/carriers.ts"
import {
  connected,
  createHubLab,
  type HubLab,
  heard,
  hubConfig,
  makeHubInterface,
  peerConfig,
  peerOf,
  peersOf,
  startHub,
} from "../testing/hub-lab.ts"
import { startFlow } from "../testing/live-flow.ts"
import { longestGap, startPingTrain } from "../testing/ping-train.ts"
import { answers, dropsOf, ping, tunnelOf } from "../testing/tunnel-lab.ts"

// The peers of a hub come, go, and are slow: each is nobody's business but its own.

let lab: HubLab
beforeAll(async () => {
  lab = await createHubLab()
  for (const host of [lab.hub, ...lab.peers]) {
    // A connection to a peer that reads nothing is full soon.
    for (const buffers of ["tcp_wmem", "tcp_rmem"])
      await host.namespace.exec("sysctl", ["-qw", `net.ipv4.${buffers}=4096 65536 65536`])
    await makeHubInterface(host, { kind: "tun" })
    await host.engine.call("interface.create", interfaceCreate.parse({ name: "strange0" }))
  }
})
afterAll(() => lab?.[Symbol.asyncDispose]())

const carriers = oneOfEach.map((carrier, i) => ({ ...carrier, i }))

describe.each(carriers)("over $name", { timeout: 180_000 }, ({ i, ...carrier }) => {
  beforeAll(() => startHub(lab, carrier, "tun"))
  afterAll(() => lab.hub.engine.call("tunnel.stop", { id: "t" }))

  const known = (...numbers: number[]) => numbers.map((number) => peerOf(lab.peer(number), "tun"))
  const setPeers = (peers: ClearPeer[]) => lab.hub.engine.call("tunnel.start", hubConfig(lab.hub, carrier, peers))
  const isConnection = carrier.transport.kind === "tcp"

  it("who calls from an address that is no peer's is turned away and told", async () => {
    const before = await dropsOf(lab.hub.engine, "unknown-peer")
    for (const { number, engine, namespace } of [lab.peer(3), lab.peer(4)]) {
      const sourceAddress = `10.9.0.${100 + 10 * i + number}`
      await namespace.exec("ip", ["address", "add", `${sourceAddress}/24`, "dev", "eth0"])
      const config = peerConfig(lab.hub, carrier, "tun")
      const transport = { ...config.transport, sourceAddress }
      await engine.call("tunnel.start", { ...config, transport, id: "s", interface: "strange0" })
      const text = `Turned away a caller from ${sourceAddress}: it is no peer's address.`
      const isTold = () => lab.hub.engine.events.some((event) => event.text.startsWith(text))
      await until(isTold, { what: `the stranger at ${sourceAddress} to be told` })
    }
    const isCounted = async () => (await dropsOf(lab.hub.engine, "unknown-peer")) > before + 1
    if (!isConnection) await until(isCounted, { what: "what the strangers said to be counted" })
    expect((await tunnelOf(lab.hub.engine)).peersConnected).toBe(4)
    for (const { engine } of [lab.peer(3), lab.peer(4)]) {
      expect((await tunnelOf(engine, "s")).state).not.toBe("up")
      await engine.call("tunnel.stop", { id: "s" })
    }
  })

  it("while they are added, disabled and removed, another one keeps its connection and loses nothing", async () => {
    const connection = async () => ({
      since: (await peersOf(lab.hub)).find(({ name }) => name === "p1")?.since,
      reconnects: (await tunnelOf(lab.peer(1).engine)).stats.reconnects,
    })
    await answers(lab.hub.namespace, lab.peer(1).v4)
    const before = await connection()
    await using ping1 = await startPingTrain(lab.hub.namespace, lab.peer(1).v4)
    await using flow = await startFlow(lab.hub.namespace, lab.peer(1).namespace, lab.peer(1).v4)

    await setPeers(known(1, 2))
    await heard(lab, "p1", "p2")

    await setPeers(known(1, 2, 4))
    await heard(lab, "p1", "p2", "p4")
    await answers(lab.hub.namespace, lab.peer(4).v4, lab.peer(4).behind)

    await setPeers(known(1, 2, 4).map((peer) => ({ ...peer, enabled: peer.name !== "p2" })))
    await heard(lab, "p1", "p4")
    expect((await peersOf(lab.hub)).map(({ name, enabled }) => [name, enabled])).toContainEqual(["p2", false])
    expect(await ping(lab.hub.namespace, lab.peer(2).v4, "-W", "1")).toBe(0)

    await setPeers(known(1, 4, 3))
    await heard(lab, "p1", "p4", "p3")
    expect((await peersOf(lab.hub)).map(({ name }) => name).sort()).toEqual(["p1", "p3", "p4"])
    await setPeers(known(1, 2, 3, 4))
    await heard(lab, "p1", "p2", "p3", "p4")
    await answers(lab.hub.namespace, lab.peer(2).v4, lab.peer(3).v4, lab.peer(4).v4)

    await flow.carries(1_000_000)
    const { sent, received } = await flow.end()
    expect(received).toBe(sent)
    expect(longestGap(ping1.answered())).toBe(0)
    expect(await connection()).toEqual(before)
  })

  it("one that reads nothing loses its own packets, and nobody else any", async () => {
    const droppedOf = async () => {
      const peers = (await peersOf(lab.hub)).toSorted((x, y) => (x.name < y.name ? -1 : 1))
      return peers.map(({ outbound }) => outbound.dropped)
    }
    for (const peer of lab.peers) await answers(lab.hub.namespace, peer.v4)
    const before = await droppedOf()
    lab.peer(1).engine.running.signal("SIGSTOP")
    const flood = lab.hub.namespace.spawn("ping", ["-q", "-s", "1300", "-i", "0.001", lab.peer(1).v4])
    try {
      if (isConnection) {
        const isFull = async () => ((await droppedOf())[0] ?? 0) > (before[0] ?? 0)
        await until(isFull, { what: "the queue of the stopped one to be full" })
        expect(await dropsOf(lab.hub.engine, "queue-full")).toBeGreaterThan(0)
      }
      const lost = lab.peers.slice(1).map(async ({ v4 }) => {
        await using pings = await startPingTrain(lab.hub.namespace, v4)
        await pings.returns(20)
        return longestGap([0, ...pings.answered()])
      })
      expect(await Promise.all(lost)).toEqual([0, 0, 0])
      expect((await droppedOf()).slice(1)).toEqual(before.slice(1))
    } finally {
      await flood.stop()
      lab.peer(1).engine.running.signal("SIGCONT")
    }
    await answers(lab.hub.namespace, lab.peer(1).v4)
    await connected(lab, "p1", "p2", "p3", "p4")
  })

  it("a thousand are configured, four of them are there: it starts, lists them, and serves the four", async () => {
    const many = Array.from({ length: 996 }, (_, i): ClearPeer => {
      const network = `${i >> 8}.${i & 255}`
      return { name: `far${i}`, address: `10.200.${network}`, enabled: true, allowedIps: [`10.100.${network}/32`] }
    })
    const thousand = [...many.slice(0, 500), ...known(1, 2, 3, 4), ...many.slice(500)]
    await lab.hub.engine.call("tunnel.stop", { id: "t" })
    await setPeers(thousand)
    await heard(lab, "p1", "p2", "p3", "p4")
    const listed = await peersOf(lab.hub)
    expect(listed.map(({ name }) => name)).toEqual(thousand.map(({ name }) => name))
    for (const { v4, v6, behind } of lab.peers) await answers(lab.hub.namespace, v4, v6, behind)
    const before = await dropsOf(lab.hub.engine, "no-peer")
    await lab.hub.namespace.exec("ip", ["route", "replace", "10.100.0.0/16", "dev", "net0"])
    expect(await ping(lab.hub.namespace, "10.100.3.227", "-W", "1")).toBe(0)
    const areDropped = async () => (await dropsOf(lab.hub.engine, "no-peer")) === before + 3
    await until(areDropped, { what: "three drops" })

    await setPeers(thousand.filter(({ name }) => name !== "far7"))
    expect(await peersOf(lab.hub)).toHaveLength(999)
    expect((await tunnelOf(lab.hub.engine)).peersConnected).toBe(4)
    for (const { v4 } of lab.peers) expect(await ping(lab.hub.namespace, v4)).toBe(3)
  })
})
