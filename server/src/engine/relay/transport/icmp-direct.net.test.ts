import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { EchoEnd, packets, Witness } from "../../testing/icmp-lab.ts"

// What a caller sends as a reply that nobody asked for, where such pass.

const near = { 4: "10.8.0.1", 6: "fd08::1" } as const
const far = { 4: "10.8.0.2", 6: "fd08::2" } as const

let caller: Namespace
let listener: Namespace
beforeAll(async () => {
  caller = await createNamespace("caller")
  listener = await createNamespace("listener")
  await connectByVeth(caller, listener, {
    v4: [`${near[4]}/24`, `${far[4]}/24`],
    v6: [`${near[6]}/64`, `${far[6]}/64`],
  })
})
afterAll(async () => {
  await caller?.delete()
  await listener?.delete()
})

const burst = new Array<number>(10).fill(1400)
const endMark = 60
/** More than the calls between two tries. */
const longEnough = 70

describe.each([4, 6] as const)("IPv%d", (family) => {
  const call = () => new EchoEnd({ in: caller, role: "caller", number: 7, remote: far[family] })
  const listen = () =>
    new EchoEnd({ in: listener, role: "listener", number: 7, local: far[family], peers: [near[family]] })
  /** Waits for so many. */
  const countForms = (seen: Witness, messages: number) => {
    const forms = seen.ours(messages).map(({ form }) => form)
    const count = (form: string) => forms.filter((one) => one === form).length
    return { requests: count("request"), direct: count("direct") }
  }
  const exchange = (from: EchoEnd, to: EchoEnd) => {
    from.send(packets(50))
    expect(to.receive()).toHaveLength(1)
  }
  /** Two calls there, which try it, and the word that it arrived. */
  const agree = (one: EchoEnd, other: EchoEnd) => {
    exchange(one, other)
    exchange(one, other)
    exchange(other, one)
  }

  it("once it is known to arrive all but the first message of a call go so, and the kernel answers the first alone", () => {
    using one = call()
    using other = listen()
    agree(one, other)
    using arriving = new Witness(listener, family)
    using coming = new Witness(caller, family)
    const there = packets(...burst)
    one.send(there)
    expect(other.receive(10).map(({ packet }) => packet)).toEqual(there)
    expect(countForms(arriving, 10)).toEqual({ requests: 1, direct: 9 })
    expect(countForms(coming, 1)).toEqual({ requests: 1, direct: 0 })
    const back = packets(...burst)
    other.send(back)
    expect(one.receive(10).map(({ packet }) => packet)).toEqual(back)
  })

  it("a quiet tunnel, one packet a call, sends requests alone", () => {
    using one = call()
    using other = listen()
    agree(one, other)
    using arriving = new Witness(listener, family)
    for (let i = 0; i < longEnough; i++) exchange(one, other)
    expect(countForms(arriving, longEnough)).toEqual({ requests: longEnough, direct: 0 })
  })

  it("tries deliver nothing, and wake a listener for nothing more than once a while", () => {
    using one = call()
    using other = listen()
    using arriving = new Witness(listener, family)
    for (let i = 0; i < longEnough; i++) exchange(one, other)
    expect(countForms(arriving, longEnough + 2)).toEqual({ requests: longEnough, direct: 2 })
    expect(other.takeAll()).toEqual([])
  })

  it("a firewall that begins to drop it costs a few calls, and one that ends is found out", async () => {
    using one = call()
    using other = listen()
    agree(one, other)
    using arriving = new Witness(listener, family)
    const type = family === 4 ? "icmp type echo-reply" : "icmpv6 type echo-reply"
    await listener.exec("nft", [
      `add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in ${type} drop`,
    ])
    /** Bursts until one comes whole, so many at most. */
    const burstsUntilWhole = (most: number) => {
      for (let count = 1; count <= most; count++) {
        one.send(packets(...burst))
        // A packet that goes singly comes in any case, and last.
        one.send(packets(endMark))
        const came: number[] = []
        while (came.at(-1) !== endMark) {
          const more = other.receive().map(({ packet }) => packet.length)
          expect(more).not.toEqual([])
          came.push(...more)
        }
        exchange(other, one)
        if (came.length === burst.length + 1) return count
      }
      return Number.POSITIVE_INFINITY
    }
    try {
      expect(burstsUntilWhole(20)).toBeLessThan(10)
      countForms(arriving, 0)
      one.send(packets(...burst))
      expect(other.receive(10)).toHaveLength(10)
      expect(countForms(arriving, 10)).toEqual({ requests: 10, direct: 0 })
    } finally {
      await listener.exec("nft", ["delete", "table", "inet", "t"])
    }
    let direct = 0
    for (let i = 0; i < longEnough && direct === 0; i++) {
      one.send(packets(...burst))
      expect(other.receive(10)).toHaveLength(10)
      exchange(other, one)
      // A try is one; a burst that goes so is nine.
      if (countForms(arriving, 10).direct > 1) direct = i
    }
    expect(direct).toBeGreaterThan(0)
  })

  it("two hosts that call each other under one number take nothing that the kernels answered", () => {
    using one = call()
    using other = listen()
    using back = new EchoEnd({ in: listener, role: "caller", number: 7, remote: near[family] })
    using too = new EchoEnd({ in: caller, role: "listener", number: 7, local: near[family], peers: [far[family]] })
    agree(one, other)
    agree(back, too)
    for (let i = 0; i < 3; i++) {
      for (const [from, to] of [
        [one, other],
        [back, too],
      ] as const) {
        const sent = packets(...burst)
        from.send(sent)
        expect(to.receive(10).map(({ packet }) => packet)).toEqual(sent)
      }
    }
    for (const end of [one, other, back, too]) expect(end.takeAll()).toEqual([])
  })
})
