import { mostMacsPerPeer } from "@tundeck/shared"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { carriers } from "../testing/carriers.ts"
import { type Addressed, broadcast, countFrames, framesCounted, macOf, sendFrames } from "../testing/frames.ts"
import {
  connected,
  createHubLab,
  type HubHost,
  type HubLab,
  hubConfig,
  hubInterface,
  makeHubInterface,
  peerConfig,
  peerOf,
  peersOf,
  startHub,
} from "../testing/hub-lab.ts"
import { answers, dropsOf, ping } from "../testing/tunnel-lab.ts"

// A hub over tap is a learning switch whose ports are its own interface and the peers. The tunnel goes over from one
// transport to the next while it runs; each time other machines stand behind the peers.

let lab: HubLab
let hosts: readonly HubHost[]
beforeAll(async () => {
  lab = await createHubLab()
  hosts = [lab.hub, ...lab.peers]
  for (const host of hosts) {
    await makeHubInterface(host, { kind: "tap" })
    await countFrames(host.namespace, hubInterface)
  }
})
afterAll(() => lab?.[Symbol.asyncDispose]())

const counts = () => Promise.all(hosts.map(({ namespace }) => framesCounted(namespace)))

function send(from: number, ...frames: readonly Addressed[]): Promise<void> {
  const host = hosts[from]
  if (host === undefined) throw new Error(`there is no host ${from}`)
  return sendFrames(host.namespace, hubInterface, ...frames)
}

/** A broadcast that comes to all others that are connected, behind what was sent before. */
async function sendLast(from: number): Promise<void> {
  const before = await counts()
  const away = (await peersOf(lab.hub)).filter(({ connected }) => !connected).map(({ name }) => Number(name.slice(1)))
  await send(from, { from: macOf(0xff_0000 + from), to: broadcast, isLast: true })
  const isEverywhere = async () =>
    (await counts()).every(({ last }, i) => i === from || away.includes(i) || last > (before[i]?.last ?? 0))
  await until(isEverywhere, { what: "the last frame to come everywhere" })
}

/** Sends from a host: so many frames come to each, the hub and then the peers. */
async function arrivals(sender: number, expected: readonly number[], ...frames: readonly Addressed[]): Promise<void> {
  const before = await counts()
  await send(sender, ...frames)
  await sendLast(sender)
  await sendLast(sender === 0 ? 1 : 0)
  const after = await counts()
  expect(after.map(({ plain }, i) => plain - (before[i]?.plain ?? 0))).toEqual(expected)
}

const macsOf = () => lab.hub.engine.call("tunnel.macs", { id: "t" })
const ownerOf = async (mac: string) => (await macsOf()).find((entry) => entry.mac === mac)?.peer

describe.each(carriers.map((carrier, i) => ({ ...carrier, base: (i + 1) << 16 })))(
  "over $name",
  ({ base, ...carrier }) => {
    const [one, two, here, nobody] = [macOf(base + 1), macOf(base + 2), macOf(base + 3), macOf(base + 9)]

    beforeAll(() => startHub(lab, carrier, "tap"))
    afterEach(() => connected(lab, "p1", "p2", "p3", "p4"))

    it("inner hosts find each other, the hub and all its peers", async () => {
      for (const { v4, v6 } of lab.peers) await answers(lab.hub.namespace, v4, v6)
      await answers(lab.peer(1).namespace, lab.peer(3).v4, lab.peer(4).v6)
      expect(await ping(lab.peer(2).namespace, lab.peer(1).v4)).toBe(3)
    })

    it("what is for an unknown address comes to all but the sender, and the sender is known from then on", async () => {
      await arrivals(1, [1, 0, 1, 1, 1], { from: one, to: nobody })
      expect(await ownerOf(one)).toBe("p1")
      await arrivals(0, [0, 1, 1, 1, 1], { from: here, to: nobody })
      expect(await ownerOf(here)).toBeNull()
    })

    it("what is for a known one comes to it alone, from peer to peer past the hub's kernel", async () => {
      await arrivals(2, [0, 1, 0, 0, 0], { from: two, to: one })
      await arrivals(1, [0, 0, 1, 0, 0], { from: one, to: two })
      await arrivals(0, [0, 1, 0, 0, 0], { from: here, to: one })
      await arrivals(1, [1, 0, 0, 0, 0], { from: one, to: here })
    })

    it("broadcast comes to all but the sender, however often", async () => {
      const frames = Array.from({ length: 10 }, () => ({ from: one, to: broadcast }))
      await arrivals(1, [10, 0, 10, 10, 10], ...frames)
      await arrivals(0, [0, 1, 1, 1, 1], { from: here, to: broadcast })
    })

    it("nothing goes back to where it came from: it is dropped as that", async () => {
      const neighbour = macOf(base + 4)
      await arrivals(1, [1, 0, 1, 1, 1], { from: neighbour, to: nobody })
      const before = await dropsOf(lab.hub.engine, "back-to-sender")
      await arrivals(1, [0, 0, 0, 0, 0], { from: neighbour, to: one })
      expect(await dropsOf(lab.hub.engine, "back-to-sender")).toBe(before + 1)
    })

    it("a machine that moves is found where it spoke last", async () => {
      await arrivals(3, [1, 1, 1, 0, 1], { from: two, to: nobody })
      expect(await ownerOf(two)).toBe("p3")
      await arrivals(1, [0, 0, 0, 1, 0], { from: one, to: two })
      await arrivals(2, [1, 1, 0, 1, 1], { from: two, to: broadcast })
      await arrivals(1, [0, 0, 1, 0, 0], { from: one, to: two })
    })

    it("a peer fills no more of the table than its share, and the others go on learning", async () => {
      const many = Array.from({ length: mostMacsPerPeer + 76 }, (_, i) => ({ from: macOf(base + 100 + i), to: here }))
      // In parts: the queue of a tap holds 1,000 frames.
      for (let at = 0; at < many.length; at += 200) {
        await send(3, ...many.slice(at, at + 200))
        await sendLast(3)
      }
      const behind = async (name: string) => (await macsOf()).filter(({ peer }) => peer === name).length
      expect(await behind("p3")).toBe(mostMacsPerPeer)
      const late = macOf(base + 10)
      await arrivals(4, [1, 1, 1, 1, 0], { from: late, to: nobody })
      expect(await ownerOf(late)).toBe("p4")
      expect(await behind("p3")).toBe(mostMacsPerPeer)
    })

    it("what was behind a peer that goes is forgotten, and looked for everywhere", async () => {
      await arrivals(1, [1, 0, 1, 1, 1], { from: one, to: broadcast })
      const hub = (enabled: boolean) => {
        const peers = lab.peers.map((host) => ({ ...peerOf(host, "tap"), enabled: enabled || host.number !== 1 }))
        return lab.hub.engine.call("tunnel.start", hubConfig(lab.hub, carrier, peers))
      }
      // A connection ends at once; the silence of the others would be noticed after a quarter of a minute.
      const isTcp = carrier.transport.kind === "tcp"
      await (isTcp ? lab.peer(1).engine.call("tunnel.stop", { id: "t" }) : hub(false))
      await connected(lab, "p2", "p3", "p4")
      expect(await ownerOf(one)).toBeUndefined()
      await arrivals(2, [1, 0, 0, 1, 1], { from: two, to: one })
      await (isTcp ? lab.peer(1).engine.call("tunnel.start", peerConfig(lab.hub, carrier, "tap")) : hub(true))
    })
  },
)
