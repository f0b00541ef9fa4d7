import type { LiveReply, PacketBatch, PacketRecord } from "@tundeck/shared"
import { composePacket, dropNumber, filterOf, liveReply } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import type { WebSocket } from "ws"
import { echoPacket } from "../../testing/ping-packets.ts"
import { PacketFeed } from "./packet-feed.ts"
import { Viewer } from "./viewer.ts"

const identity = { name: "ann", role: "viewer", via: "session", credential: "c" } as const

/** A socket that keeps what it is sent, and reads only when it is told to. */
class FakeSocket {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  readonly sent: string[] = []
  #unread: (() => void)[] = []

  send(text: string, done?: () => void): void {
    this.sent.push(text)
    if (done) this.#unread.push(done)
  }

  read(): void {
    for (const done of this.#unread.splice(0)) done()
  }

  replies(): LiveReply[] {
    return this.sent.map((text) => liveReply.parse(JSON.parse(text)))
  }
}

function viewing() {
  const socket = new FakeSocket()
  return { socket, viewer: new Viewer(socket as unknown as WebSocket, identity) }
}

const bytes = echoPacket({ source: "10.0.0.1", destination: "10.0.0.2", type: "request", id: 1, sequence: 1 })
const record = (number: number, change: Partial<PacketRecord> = {}): PacketRecord => ({
  number,
  time: number,
  peer: "b",
  overhead: 60,
  batch: 1,
  inside: 0.038,
  bundle: 0,
  injected: false,
  wireLength: bytes.length,
  direction: "outbound",
  verdict: 0,
  errno: 0,
  packets: 1,
  bytes,
  ...change,
})
const batch = (from: number, count: number, missed = 0): PacketBatch => ({
  tunnel: "t",
  link: "ip",
  missed,
  records: Array.from({ length: count }, (_, i) => record(from + i)),
})

/** Each packet by its number, each gap as -count, in the order in which the viewer sees them. */
function seen(replies: LiveReply[]): number[] {
  return replies.flatMap((reply) => {
    if (reply.type === "packets") return reply.items.map(({ number }) => number)
    return reply.type === "gap" ? [-reply.dropped] : []
  })
}

describe("a packet feed", () => {
  it("marks what a person made up, and nothing else", () => {
    const feed = new PacketFeed("t", () => 0)
    feed.take({ ...batch(1, 0), records: [record(1), record(2, { injected: true })] })
    const [plain, made] = feed.latest(2).items
    expect(plain).not.toHaveProperty("injected")
    expect(made).toMatchObject({ injected: true, info: `[Injected] ${plain?.info}` })
  })

  it("says with how many others a packet shared its echo message, and nothing where it had that to itself", () => {
    const feed = new PacketFeed("t", () => 0)
    feed.take({ ...batch(1, 0), records: [0, 1, 8].map((bundle) => record(bundle, { bundle })) })
    expect(feed.latest(3).items.map(({ bundle }) => bundle)).toEqual([undefined, undefined, 8])
  })

  it("sends what came since the last time, once to each viewer", () => {
    const feed = new PacketFeed("t", () => 0)
    const one = viewing()
    const two = viewing()
    feed.join(one.viewer)
    feed.join(two.viewer)
    feed.take(batch(1, 3))
    for (const { socket } of [one, two]) expect(seen(socket.replies())).toEqual([1, 2, 3])
  })

  it("a gap of the engine stands where the packets are missing", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    feed.take(batch(1, 2))
    feed.take(batch(10, 2, 7))
    expect(seen(socket.replies())).toEqual([1, 2, -7, 10, 11])
  })

  it("above the rate that is decoded, the rest is counted: nothing is lost from the sum", () => {
    let now = 0
    const feed = new PacketFeed("t", () => now)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    for (let i = 0; i < 100; i++) {
      now += 20
      feed.take(batch(i * 1000 + 1, 1000))
      socket.read()
    }
    const numbers = seen(socket.replies())
    const shown = numbers.filter((number) => number > 0)
    const missed = -numbers.filter((number) => number < 0).reduce((sum, number) => sum + number, 0)
    expect(shown.length + missed).toBe(100_000)
    expect(shown.length).toBeGreaterThanOrEqual(20_000)
    expect(shown.length).toBeLessThanOrEqual(22_000)
  })

  it("a viewer that does not read is told exactly what it missed, before the next packets; others miss nothing", () => {
    let now = 0
    const feed = new PacketFeed("t", () => now)
    const slow = viewing()
    const quick = viewing()
    feed.join(slow.viewer)
    feed.join(quick.viewer)
    for (let i = 0; i < 20; i++) {
      now += 100
      feed.take(batch(i * 500 + 1, 500))
      quick.socket.read()
    }
    slow.socket.read()
    now += 100
    feed.take(batch(10_001, 1))
    expect(seen(quick.socket.replies())).toHaveLength(10_001)
    const numbers = seen(slow.socket.replies())
    expect(numbers.slice(0, 5000)).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1))
    expect(numbers.slice(5000)).toEqual([-5000, 10_001])
  })

  it("a viewer with 1 MB unread gets no packets either", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    socket.bufferedAmount = 1024 * 1024 + 1
    feed.take(batch(1, 3))
    expect(socket.sent).toEqual([])
    socket.bufferedAmount = 0
    feed.take(batch(4, 1))
    expect(seen(socket.replies())).toEqual([-3, 4])
  })

  it("a gap of any size is told: only packets that are shown wait to be read", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    feed.take(batch(30_001, 2, 30_000))
    expect(seen(socket.replies())).toEqual([-30_000, 30_001, 30_002])
  })

  it("a missed train counts with its packets, undecoded or unread", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    feed.take({ ...batch(1, 2000), records: [...batch(1, 2000).records, record(2045, { packets: 45 })] })
    expect(seen(socket.replies()).at(-1)).toBe(-45)
    const late = viewing()
    const unread = new PacketFeed("t", () => 0)
    unread.join(late.viewer)
    late.socket.bufferedAmount = 2 ** 21
    unread.take({ ...batch(1, 0), records: [record(45, { packets: 45 })] })
    late.socket.bufferedAmount = 0
    unread.take(batch(46, 1))
    expect(seen(late.socket.replies())).toEqual([-45, 46])
  })

  it("a missed gap counts with what it stood for", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer)
    socket.bufferedAmount = 2 ** 21
    feed.take(batch(11, 2, 10))
    socket.bufferedAmount = 0
    feed.take(batch(13, 1))
    expect(seen(socket.replies())).toEqual([-12, 13])
  })

  it("who comes later gets what is kept, then goes on with the others", () => {
    const feed = new PacketFeed("t", () => 0)
    const early = viewing()
    feed.join(early.viewer)
    feed.take(batch(1, 1200))
    feed.take(batch(1201, 1))
    const late = viewing()
    feed.join(late.viewer)
    feed.take(batch(1202, 1))
    const numbers = seen(late.socket.replies())
    expect(numbers).toEqual(Array.from({ length: 1001 }, (_, i) => 202 + i))
    expect(seen(early.socket.replies())).toHaveLength(1202)
    expect(feed.latest(2).items.map(({ number }) => number)).toEqual([1201, 1202])
  })

  it("each viewer sees what its filter finds; what it hides is not missing, what the engine missed is", () => {
    const feed = new PacketFeed("t", () => 0)
    const [all, dropped, none] = [viewing(), viewing(), viewing()]
    feed.join(all.viewer)
    feed.join(dropped.viewer, filterOf("dropped", {}))
    feed.join(none.viewer, filterOf("arp", {}))
    const records = [1, 2, 3, 4].map((number) =>
      record(number, number % 2 === 0 ? { verdict: dropNumber("no-peer") } : {}),
    )
    feed.take({ ...batch(1, 0), records })
    feed.take({ ...batch(1, 0, 7), records: [record(12), record(13, { verdict: dropNumber("no-peer") })] })
    expect(seen(all.socket.replies())).toEqual([1, 2, 3, 4, -7, 12, 13])
    expect(seen(dropped.socket.replies())).toEqual([2, 4, -7, 13])
    expect(seen(none.socket.replies())).toEqual([-7])
  })

  it("a viewer that is slow misses only what its filter finds", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer, filterOf("dropped", {}))
    socket.bufferedAmount = 2 ** 21
    feed.take({ ...batch(1, 5), records: [...batch(1, 5).records, record(6, { verdict: dropNumber("no-peer") })] })
    socket.bufferedAmount = 0
    feed.take({ ...batch(1, 0), records: [record(7, { verdict: dropNumber("no-peer") })] })
    expect(seen(socket.replies())).toEqual([-1, 7])
  })

  it("a viewer may change its filter, and the latest can be asked by one", () => {
    const feed = new PacketFeed("t", () => 0)
    const { socket, viewer } = viewing()
    feed.join(viewer, filterOf("dropped", {}))
    feed.take(batch(1, 3))
    feed.join(viewer, filterOf("icmp", {}))
    feed.take(batch(4, 2))
    expect(seen(socket.replies())).toEqual([4, 5])
    expect(feed.latest(2, filterOf("icmp", {})).items.map(({ number }) => number)).toEqual([4, 5])
    expect(feed.latest(2, filterOf("udp", {})).items).toEqual([])
  })

  it("a segment train says how many packets it stands for, sent or dropped", () => {
    const feed = new PacketFeed("t", () => 0)
    feed.take({
      ...batch(1, 0),
      records: [record(1, { packets: 45 }), record(2, { packets: 9, verdict: 1 }), record(3)],
    })
    expect(feed.latest(10).items.map(({ packets }) => packets)).toEqual([45, 9, undefined])
  })

  it("what stands out in a connection is marked, but not across a gap", () => {
    const feed = new PacketFeed("t", () => 0)
    const between = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 40_000, destinationPort: 443 } as const
    const syn = composePacket({ kind: "tcp-syn", ...between, hopLimit: 64 })
    const again = (number: number) => record(number, { bytes: syn, wireLength: syn.length, time: number * 300 })
    feed.take({ ...batch(1, 0), records: [again(1), again(2)] })
    feed.take({ ...batch(1, 0, 4), records: [again(7), again(8)] })
    const { items } = feed.latest(10)
    expect(items.map(({ tcp }) => tcp?.marks)).toEqual([[], ["Retransmission"], [], ["Retransmission"]])
    expect(items[1]).toMatchObject({ info: expect.stringMatching(/^\[TCP Retransmission\] 40000 → 443 \[SYN\] seq=0/) })
    expect(items[1]?.tcp).toEqual({ sequence: 0, marks: ["Retransmission"] })
  })

  it("the verdict is in words, with the reason and the kernel's name for its error", () => {
    const feed = new PacketFeed("t", () => 0)
    const link = "ip"
    const refused = record(3, { verdict: dropNumber("device-refused"), errno: 22, direction: "inbound" })
    const records = [
      record(1),
      record(2, { direction: "inbound" }),
      refused,
      record(4, { verdict: dropNumber("no-peer") }),
    ]
    feed.take({ tunnel: "t", link, missed: 0, records })
    const verdicts = feed.latest(10).items.map(({ verdict, reason, errno }) => ({ verdict, reason, errno }))
    expect(verdicts).toEqual([
      { verdict: "sent" },
      { verdict: "delivered" },
      { verdict: "dropped", reason: "device-refused", errno: "EINVAL" },
      { verdict: "dropped", reason: "no-peer" },
    ])
    expect(feed.latest(1).items[0]).toMatchObject({
      protocol: "ICMP",
      source: "10.0.0.1",
      destination: "10.0.0.2",
      length: bytes.length,
      info: expect.stringContaining("Echo (ping) request"),
    })
  })
})
