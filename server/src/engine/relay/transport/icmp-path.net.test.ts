import { errno } from "@tundeck/native-bindings"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { EchoEnd, knowsPath, packets, Witness } from "../../testing/icmp-lab.ts"

// A caller behind a router, which may be a NAT, and may have a narrower wire on its other side.

const inside = { 4: "10.1.0.2", 6: "fd01::2" } as const
const router = { 4: "10.2.0.1", 6: "fd02::1" } as const
const outside = { 4: "10.2.0.2", 6: "fd02::2" } as const
const narrow = 1300

let caller: Namespace
let gateway: Namespace
let listener: Namespace
beforeAll(async () => {
  caller = await createNamespace("caller")
  gateway = await createNamespace("gateway")
  listener = await createNamespace("listener")
  await gateway.exec("sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
  await connectByVeth(caller, gateway, {
    name: "in",
    v4: [`${inside[4]}/24`, "10.1.0.1/24"],
    v6: [`${inside[6]}/64`, "fd01::1/64"],
  })
  const v4 = [`${router[4]}/24`, `${outside[4]}/24`] as const
  const v6 = [`${router[6]}/64`, `${outside[6]}/64`] as const
  await connectByVeth(gateway, listener, { name: "out", v4, v6, mtu: narrow })
  for (const via of ["10.1.0.1", "fd01::1"]) await caller.exec("ip", ["route", "add", "default", "via", via])
  for (const via of [router[4], router[6]]) await listener.exec("ip", ["route", "add", "default", "via", via])
})
afterAll(async () => {
  for (const namespace of [caller, gateway, listener]) await namespace?.delete()
})

const bytesOf = (received: { packet: Buffer }[]) => received.map(({ packet }) => packet)

describe.each([4, 6] as const)("IPv%d", (family) => {
  const call = (number = 7) => new EchoEnd({ in: caller, role: "caller", number, remote: outside[family] })
  const listen = (peers: readonly string[], number = 7) =>
    new EchoEnd({ in: listener, role: "listener", number, local: outside[family], peers })

  describe("behind a NAT that gives every flow another identifier", () => {
    beforeAll(async () => {
      const ip = family === 4 ? "ip" : "ip6"
      await gateway.exec("nft", [
        `add table ${ip} nat; add chain ${ip} nat post { type nat hook postrouting priority 100; };
         add rule ${ip} nat post oifname "out" masquerade fully-random`,
      ])
    })
    afterAll(async () => {
      await gateway.exec("nft", ["flush", "ruleset"])
    })

    it("packets pass both ways, under the identifier that the NAT chose", () => {
      using atCaller = new Witness(caller, family)
      using atListener = new Witness(listener, family)
      using one = call()
      using other = listen([router[family]])
      const there = packets(1000, 20, 30)
      one.send(there)
      expect(bytesOf(other.receive(3))).toEqual(there)
      const back = packets(1001, 21, 1002, 1003)
      other.send(back)
      expect(bytesOf(one.receive(4))).toEqual(back)
      one.send(there)
      expect(bytesOf(other.receive(3))).toEqual(there)
      const [request] = atListener.ours(1, "request")
      const [reply] = atCaller.ours(1, "reply")
      expect(reply?.identifier).not.toBe(request?.identifier)
      expect([one.malformed, other.malformed]).toEqual([0, 0])
    })

    it("a caller that comes back through another mapping is followed from its first request on", () => {
      using other = listen([router[family]])
      for (let i = 0; i < 3; i++) {
        using one = call()
        one.send(packets(40))
        expect(other.receive()).toMatchObject([{ peer: 0 }])
        const back = packets(50)
        other.send(back)
        expect(bytesOf(one.receive())).toEqual(back)
      }
    })

    it("what nobody asked for does not pass it, so requests alone are sent, and no stranger is told of", () => {
      using one = call()
      using other = listen([router[family]])
      for (let i = 0; i < 5; i++) {
        one.send(packets(40))
        expect(other.receive()).toHaveLength(1)
        other.send(packets(40))
        expect(one.receive()).toHaveLength(1)
      }
      using atListener = new Witness(listener, family)
      one.send(packets(1000, 1000, 1000))
      expect(other.receive(3)).toHaveLength(3)
      expect(atListener.ours(3).map(({ form }) => form)).toEqual(["request", "request", "request"])
      expect(other.stranger).toBeUndefined()
    })

    it("two tunnels with different numbers share the NAT", () => {
      using one = call(1)
      using two = call(2)
      using other = listen([router[family]], 1)
      using another = listen([router[family]], 2)
      one.send(packets(41))
      two.send(packets(42))
      expect(other.receive()).toHaveLength(1)
      expect(another.receive()).toHaveLength(1)
      const [forOne, forTwo] = [packets(900), packets(901)]
      another.send(forTwo)
      other.send(forOne)
      expect(bytesOf(one.receive())).toEqual(forOne)
      expect(bytesOf(two.receive())).toEqual(forTwo)
    })
  })

  it("what the path cannot carry in one piece arrives in several", async () => {
    using one = call()
    using other = listen([inside[family]])
    // Over IPv4 the router cuts it. Over IPv6 it is lost, and the router's answer tells the kernel how narrow the path is.
    one.send(packets(1500))
    if (family === 4) expect(other.receive()).toHaveLength(1)
    else await knowsPath(caller, outside[6], narrow)
    const there = packets(1500, 1200, 1400, 100)
    one.send(there)
    expect(bytesOf(other.receive(4))).toEqual(there)
    other.send(there)
    expect(bytesOf(one.receive(4))).toEqual(there)
  })

  it("what no path carries is EMSGSIZE", () => {
    using one = call()
    one.memory.bytes.fill(1)
    expect(one.trySend(packets(65_535))).toBe(-errno.EMSGSIZE)
    expect(one.trySend(packets(65_400))).toBe(1)
  })
})
