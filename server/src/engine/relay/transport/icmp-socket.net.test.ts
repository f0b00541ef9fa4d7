import { errno, errnoNumber, waitReadable } from "@tundeck/native-bindings"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { addAddress, connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { EchoEnd, packets, Witness } from "../../testing/icmp-lab.ts"

const a = { 4: "10.8.0.1", 6: "fd08::1" } as const
const b = { 4: "10.8.0.2", 6: "fd08::2" } as const
const bAlso = { 4: "10.8.0.22", 6: "fd08::22" } as const
const everywhere = { 4: "0.0.0.0", 6: "::" } as const

let caller: Namespace
let listener: Namespace
beforeAll(async () => {
  caller = await createNamespace("caller")
  listener = await createNamespace("listener")
  await connectByVeth(caller, listener, {
    v4: [`${a[4]}/24`, `${b[4]}/24`],
    v6: [`${a[6]}/64`, `${b[6]}/64`],
  })
  for (const family of [4, 6] as const)
    await addAddress(listener, "veth0", `${bAlso[family]}/${family === 4 ? 24 : 64}`)
})
afterAll(async () => {
  await caller?.delete()
  await listener?.delete()
})

const bytesOf = (received: { packet: Buffer }[]) => received.map(({ packet }) => packet)

describe.each([4, 6] as const)("IPv%d", (family) => {
  const call = (number = 7) => new EchoEnd({ in: caller, role: "caller", number, remote: b[family] })
  const listen = (number = 7, local: string = b[family]) =>
    new EchoEnd({ in: listener, role: "listener", number, local, peers: [a[family]] })

  it("carries packets of all lengths both ways, in order", () => {
    using one = call()
    using other = listen()
    const there = packets(1, 2, 3, 39, 40, 41, 100, 101, 576, 1279, 1400, 1401, 1464, 1500, 99, 1, 1500, 60, 0, 60)
    one.send(there)
    expect(bytesOf(other.receive(there.length))).toEqual(there)
    const back = packets(...there.map(({ length }) => 1500 - length))
    other.send(back)
    expect(bytesOf(one.receive(back.length))).toEqual(back)
    expect([one.malformed, other.malformed]).toEqual([0, 0])
  })

  it("carries more packets than one call takes", () => {
    using one = call()
    using other = listen()
    for (const lengths of [
      Array.from({ length: 400 }, (_, i) => 1 + ((i * 37) % 1500)),
      Array.from({ length: 1200 }, (_, i) => 1 + (i % 60)),
    ]) {
      const there = packets(...lengths)
      one.send(there)
      expect(bytesOf(other.receive(there.length))).toEqual(there)
      other.send(there)
      expect(bytesOf(one.receive(there.length))).toEqual(there)
    }
  })

  it("sends small packets by eights in one message, and large ones alone", () => {
    using seen = new Witness(listener, family)
    using one = call()
    using other = listen()
    one.send(packets(...new Array<number>(16).fill(100), 1400, 1400))
    expect(other.receive(18)).toHaveLength(18)
    expect(seen.ours(4, "request")).toHaveLength(4)
  })

  it("the caller sends requests, the listener replies to the latest of them, as often as it likes", () => {
    using atListener = new Witness(listener, family)
    using atCaller = new Witness(caller, family)
    using one = call()
    using other = listen()
    for (const packet of packets(1400, 1400, 1400)) one.send([packet])
    expect(other.receive(3)).toHaveLength(3)
    const requests = atListener.ours(3, "request")
    expect(requests.map(({ type }) => type)).toEqual(new Array(3).fill(family === 4 ? 8 : 128))
    const [{ identifier, sequence } = { identifier: -1, sequence: -1 }] = requests
    expect(requests.map((request) => request.identifier)).toEqual(new Array(3).fill(identifier))
    expect(requests.map((request) => request.sequence)).toEqual([sequence, sequence + 1, sequence + 2])
    for (const packet of packets(1400, 1400)) other.send([packet])
    expect(one.receive(2)).toHaveLength(2)
    const replies = atCaller.ours(2, "reply")
    const reply = { type: family === 4 ? 0 : 129, identifier, sequence: sequence + 2 }
    expect(replies).toMatchObject([reply, reply])
  })

  it("the kernel's own replies are on the wire, and wake nobody", () => {
    using seen = new Witness(caller, family)
    using one = call()
    using other = listen()
    one.send(packets(1400, 1400, 1400, 100, 100))
    expect(other.receive(5)).toHaveLength(5)
    const own = seen.ours(4, "request").map(({ type }) => type)
    expect(own).toEqual(new Array(4).fill(family === 4 ? 0 : 129))
    expect(waitReadable(one.socket.fd, 50)).toBe(false)
    const [answer] = packets(1000)
    if (answer) other.send([answer])
    expect(bytesOf(one.receive())).toEqual([answer])
    expect(one.takeAll()).toEqual([])
    expect([one.malformed, other.malformed]).toEqual([0, 0])
  })

  it("a listener has nothing to reply to before its peer has spoken", () => {
    using other = listen()
    expect(other.trySend(packets(100))).toBe(-errno.ENOTCONN)
  })

  it("two tunnels with different numbers do not disturb each other, in either direction", () => {
    using one = call(7)
    using two = call(8)
    using other = listen(7)
    using another = listen(8)
    const [forOne, forTwo] = [packets(1200, 20), packets(1100, 30)]
    one.send(forOne)
    two.send(forTwo)
    expect(bytesOf(other.receive(2))).toEqual(forOne)
    expect(bytesOf(another.receive(2))).toEqual(forTwo)
    other.send(forTwo)
    another.send(forOne)
    expect(bytesOf(one.receive(2))).toEqual(forTwo)
    expect(bytesOf(two.receive(2))).toEqual(forOne)
    for (const end of [one, two, other, another]) expect(end.takeAll()).toEqual([])
  })

  it("each side may call the other under one number", () => {
    using there = call()
    using listens = listen()
    using back = new EchoEnd({ in: listener, role: "caller", number: 7, remote: a[family], local: b[family] })
    using listensToo = new EchoEnd({ in: caller, role: "listener", number: 7, local: a[family], peers: [b[family]] })
    const [first, second] = [packets(500), packets(600)]
    there.send(first)
    back.send(second)
    expect(bytesOf(listens.receive())).toEqual(first)
    expect(bytesOf(listensToo.receive())).toEqual(second)
    listens.send(second)
    listensToo.send(first)
    expect(bytesOf(there.receive())).toEqual(second)
    expect(bytesOf(back.receive())).toEqual(first)
    for (const end of [there, back, listens, listensToo]) expect(end.takeAll()).toEqual([])
  })

  it("who listens everywhere answers from the address that was spoken to", () => {
    using other = listen(7, everywhere[family])
    for (const remote of [bAlso[family], b[family]]) {
      using one = new EchoEnd({ in: caller, role: "caller", number: 7, remote })
      one.send(packets(300))
      expect(other.receive()).toHaveLength(1)
      const back = packets(1400, 20)
      other.send(back)
      // The caller's socket is connected: from another address the reply would not come in.
      expect(bytesOf(one.receive(2))).toEqual(back)
    }
  })

  it("who listens on one address hears nothing that is sent to another", () => {
    using other = listen(7, bAlso[family])
    using wrong = call()
    using right = new EchoEnd({ in: caller, role: "caller", number: 7, remote: bAlso[family] })
    const sent = packets(300)
    wrong.send(packets(200))
    right.send(sent)
    expect(bytesOf(other.receive())).toEqual(sent)
    expect(other.takeAll()).toEqual([])
  })

  it("a caller that starts anew has another identifier, and is followed", () => {
    using other = listen()
    for (let i = 0; i < 2; i++) {
      using one = call()
      one.send(packets(50))
      expect(other.receive()).toHaveLength(1)
      const back = packets(60)
      other.send(back)
      expect(bytesOf(one.receive())).toEqual(back)
    }
  })

  it("a stranger's packets are a stranger's, and its address is known", () => {
    using other = new EchoEnd({ in: listener, role: "listener", number: 7, local: b[family], peers: [bAlso[family]] })
    using one = call()
    one.send(packets(50))
    expect(other.receive()).toMatchObject([{ peer: 0xffff }])
    expect(other.stranger).toBe(a[family])
    expect(other.trySend(packets(50))).toBe(-errno.ENOTCONN)
  })

  it("ping works while the tunnel is busy, both ways", async () => {
    using one = call()
    using other = listen()
    // With -w ping waits for five answers, and sends more until they are there.
    const five = ["-c", "5", "-i", "0.1", "-w", "20"]
    const pings = [caller.exec("ping", [...five, b[family]])]
    pings.push(listener.exec("ping", [...five, "-s", "1400", a[family]]))
    let isOver = false
    const finished = Promise.all(pings).finally(() => {
      isOver = true
    })
    let count = 0
    while (!isOver) {
      one.send(packets(1400, 40))
      expect(other.receive(2)).toHaveLength(2)
      other.send(packets(1400, 40))
      expect(one.receive(2)).toHaveLength(2)
      count++
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    for (const { stdout } of await finished)
      expect([...stdout.matchAll(/icmp_seq=(\d+) /g)].map(([, sequence]) => sequence)).toEqual([
        "1",
        "2",
        "3",
        "4",
        "5",
      ])
    expect(count).toBeGreaterThan(0)
    for (const end of [one, other]) expect([end.takeAll(), end.malformed]).toEqual([[], 0])
  })

  it("an error from the way wakes, comes out of receive as an errno, and is gone with its cause", async () => {
    const [protocol, code] = family === 4 ? ["icmp", "EHOSTUNREACH"] : ["icmpv6", "EACCES"]
    const rule = `add table inet t; add chain inet t in { type filter hook input priority 0; };
      add rule inet t in ${protocol} type echo-request reject with ${protocol} type admin-prohibited`
    using one = call()
    using other = listen()
    await listener.exec("nft", [rule])
    try {
      one.send(packets(50))
      expect(waitReadable(one.socket.fd, 10_000)).toBe(true)
      expect(() => one.takeAll()).toThrow(`receive: ${-(errnoNumber(code ?? "") ?? 0)}`)
    } finally {
      await listener.exec("nft", ["delete", "table", "inet", "t"])
    }
    expect(other.takeAll()).toEqual([])
    const sent = packets(70)
    one.send(sent)
    expect(bytesOf(other.receive())).toEqual(sent)
  })

  it("is sent from the address, through the interface, in the class and with the mark that were wished", async () => {
    const rule = `add table inet t; add chain inet t out { type filter hook output priority 0; };
      add rule inet t out meta mark 0x77 ip${family === 4 ? " dscp" : "6 dscp"} 46 counter`
    await listener.exec("nft", [rule])
    try {
      const wishes = { sourceInterface: "veth0", dscp: 46, firewallMark: 0x77 }
      using one = new EchoEnd({
        in: listener,
        role: "caller",
        number: 7,
        remote: a[family],
        local: bAlso[family],
        wishes,
      })
      using other = new EchoEnd({ in: caller, role: "listener", number: 7, local: a[family], peers: [bAlso[family]] })
      one.send(packets(1400, 100))
      expect(other.receive(2)).toMatchObject([{ peer: 0 }, { peer: 0 }])
      const { stdout } = await listener.exec("nft", ["list", "ruleset"])
      // Behind the first one goes a try of a direct one.
      expect(stdout).toContain("counter packets 3 ")
    } finally {
      await listener.exec("nft", ["delete", "table", "inet", "t"])
    }
  })

  it("an interface that does not exist, an address that is another's: opening says so", () => {
    const open = (wish: object) => () =>
      new EchoEnd({ in: caller, role: "caller", number: 7, remote: b[family], ...wish })
    expect(open({ wishes: { sourceInterface: "veth9" } })).toThrow(/^SO_BINDTODEVICE: ENODEV/)
    expect(open({ local: bAlso[family] })).toThrow(/^bind: EADDRNOTAVAIL/)
    expect(open({ remote: family === 4 ? "10.99.0.1" : "fd99::1" })).toThrow(/^connect: ENETUNREACH/)
  })

  it("it knows what a packet costs", () => {
    using one = call()
    expect(one.socket.overhead).toBe(family === 4 ? 36 : 56)
  })
})

it("an IPv4 header with options is skipped, however long", async () => {
  using other = new EchoEnd({ in: listener, role: "listener", number: 0x01020304, local: b[4], peers: [a[4]] })
  // -R records the route, in a header of 60 bytes. Below 16 bytes ping sends nothing but the pattern.
  const pattern = "544400000102030461626364656667"
  const { stdout } = await caller.exec("ping", ["-c", "1", "-R", "-s", "15", "-p", pattern, b[4]])
  expect(stdout).toContain("RR:")
  expect(other.receive()).toEqual([{ packet: Buffer.from("abcdefg"), peer: 0 }])
})

it("a burst waits in the socket, beyond what the system allows others", () => {
  using one = new EchoEnd({ in: caller, role: "caller", number: 7, remote: b[4] })
  // The whole of it waits there unread.
  using other = new EchoEnd({ in: listener, role: "listener", number: 7, local: b[4], peers: [a[4]] })
  for (let i = 0; i < 500; i++) one.send(packets(1400))
  expect(other.receive(500)).toHaveLength(500)
})

it("IPv4 and IPv6 of one number are two tunnels", () => {
  using four = new EchoEnd({ in: caller, role: "caller", number: 7, remote: b[4] })
  using six = new EchoEnd({ in: caller, role: "caller", number: 7, remote: b[6] })
  using other = new EchoEnd({ in: listener, role: "listener", number: 7, local: b[6], peers: [a[6]] })
  const sent = packets(200)
  four.send(packets(100))
  six.send(sent)
  expect(bytesOf(other.receive())).toEqual(sent)
  expect(other.takeAll()).toEqual([])
})
