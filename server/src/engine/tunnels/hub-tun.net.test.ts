import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { oneOfEach } from "../testing/carriers.ts"
import { createHubLab, type HubLab, hubInterface, makeHubInterface, peersOf, startHub } from "../testing/hub-lab.ts"
import { answers, dropsOf, kernelCounts, ping, tunnelOf } from "../testing/tunnel-lab.ts"

// A hub over tun: what goes where is decided by the peers' allowed IPs. The tunnel goes over from one transport to the
// next while it runs.

let lab: HubLab
beforeAll(async () => {
  lab = await createHubLab()
  for (const host of [lab.hub, ...lab.peers]) await makeHubInterface(host, { kind: "tun" })
})
afterAll(() => lab?.[Symbol.asyncDispose]())

/** Nothing is under way: the hub's counters are the sum of its peers', and each peer's the other side's. */
async function agree(): Promise<boolean> {
  const { stats } = await tunnelOf(lab.hub.engine)
  const peers = await peersOf(lab.hub)
  for (const direction of ["outbound", "inbound"] as const) {
    const sum = peers.reduce((packets, peer) => packets + peer[direction].packets, 0)
    expect(stats[direction].packets).toBe(sum)
  }
  for (const { engine, number } of lab.peers) {
    const { stats: theirs } = await tunnelOf(engine)
    expect(peers[number - 1]?.outbound.packets).toBe(theirs.inbound.packets)
  }
  return true
}

const droppedAre = (reason: string, count: number) =>
  until(async () => (await dropsOf(lab.hub.engine, reason)) === count, { what: `${count} drops for ${reason}` })

const forward = (on: 0 | 1) => lab.hub.namespace.exec("sysctl", ["-qw", `net.ipv4.ip_forward=${on}`])

describe.each(oneOfEach)("over $name", (carrier) => {
  beforeAll(async () => {
    await startHub(lab, carrier, "tun")
    for (const peer of lab.peers) await answers(lab.hub.namespace, peer.v4)
  })

  it("each peer is reached at its own addresses and in the network behind it, and nobody else sees that", async () => {
    for (const peer of lab.peers) {
      await until(agree, { what: "all packets to have come" })
      const before = await Promise.all(lab.peers.map(({ namespace }) => kernelCounts(namespace, hubInterface)))
      for (const target of [peer.v4, peer.v6, peer.behind]) expect(await ping(lab.hub.namespace, target)).toBe(3)
      const after = await Promise.all(lab.peers.map(({ namespace }) => kernelCounts(namespace, hubInterface)))
      const came = after.map(({ rx }, i) => rx.packets - (before[i]?.rx.packets ?? 0))
      const [own] = came.splice(lab.peers.indexOf(peer), 1)
      expect(own).toBeGreaterThanOrEqual(9)
      expect(came).toEqual([0, 0, 0])
    }
    for (const peer of lab.peers) expect(await ping(peer.namespace, lab.hub.v4, "-I", peer.behind)).toBe(3)
  })

  it("an inner source that is another peer's, or nobody's, is dropped and counted for that peer", async () => {
    const { namespace } = lab.peer(1)
    const droppedOf = async () => (await peersOf(lab.hub)).map(({ inbound }) => inbound.dropped)
    for (const source of [lab.peer(2).behind, "10.78.99.1"]) {
      const [drops, before, rx] = [
        await dropsOf(lab.hub.engine, "source-not-allowed"),
        await droppedOf(),
        (await kernelCounts(lab.hub.namespace, hubInterface)).rx.packets,
      ]
      await namespace.exec("ip", ["address", "add", `${source}/32`, "dev", hubInterface])
      expect(await ping(namespace, lab.hub.v4, "-I", source, "-W", "1")).toBe(0)
      await namespace.exec("ip", ["address", "delete", `${source}/32`, "dev", hubInterface])
      await droppedAre("source-not-allowed", drops + 3)
      expect(await droppedOf()).toEqual(before.map((dropped, i) => (i === 0 ? dropped + 3 : dropped)))
      expect((await kernelCounts(lab.hub.namespace, hubInterface)).rx.packets).toBe(rx)
    }
  })

  it("what is nobody's destination is dropped as that", async () => {
    const before = await dropsOf(lab.hub.engine, "no-route-to-peer")
    expect(await ping(lab.hub.namespace, "10.78.99.1", "-W", "1")).toBe(0)
    await droppedAre("no-route-to-peer", before + 3)
  })

  it("peers reach each other through the hub's kernel, when it forwards", async () => {
    const [one, two] = [lab.peer(1), lab.peer(2)]
    await forward(0)
    expect(await ping(one.namespace, two.v4, "-W", "1")).toBe(0)
    await forward(1)
    await answers(one.namespace, two.v4)
    expect(await ping(one.namespace, two.behind)).toBe(3)
    expect(await ping(lab.peer(4).namespace, lab.peer(3).behind, "-I", lab.peer(4).behind)).toBe(3)
  })

  it("its counters are the sum of its peers', and each peer's the other side's", async () => {
    await until(agree, { what: "the counters to agree" })
  })
})
