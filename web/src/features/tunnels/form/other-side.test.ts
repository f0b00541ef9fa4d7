import { expect, test } from "vitest"
import { newPeer } from "./new-peer.ts"
import { otherAddresses, simpletunCommands, simpletunSpeaks, type TunnelEnds } from "./other-side.ts"

const ends: TunnelEnds = {
  interface: "tun0",
  kind: "tun",
  addresses: ["10.77.0.1/24"],
  transport: "tcp",
  framing: "simpletun",
  role: "connect",
  port: 55_555,
  peer: "192.168.1.7",
  peers: [],
  here: "192.168.1.3",
}

test.each([
  ["10.77.0.1/24", "10.77.0.2/24"],
  ["10.77.0.2/24", "10.77.0.1/24"],
  ["10.77.0.77/24", "10.77.0.1/24"],
  ["10.1.2.3/8", "10.0.0.1/8"],
  ["192.168.5.129/25", "192.168.5.130/25"],
  ["fd77::1/64", "fd77::2/64"],
  ["fd77::2/64", "fd77::1/64"],
])("%s has %s at the other end", (here, there) => {
  expect(otherAddresses({ ...ends, addresses: [here] })).toEqual([there])
})

test.each(["10.0.0.1/32", "10.0.0.1/31", "fd00::1/128", "10.0.0.1", "text"])(
  "%s has no neighbour to propose",
  (text) => {
    expect(otherAddresses({ ...ends, addresses: [text] })).toEqual([])
  },
)

test("a hub's peers have the hosts of its networks in turn, without its own address, while there are any", () => {
  const hub = { ...ends, role: "hub", addresses: ["10.77.0.2/24", "fd77::1/64"] } as const
  expect([0, 1, 2].map((index) => otherAddresses(hub, index))).toEqual([
    ["10.77.0.1/24", "fd77::2/64"],
    ["10.77.0.3/24", "fd77::3/64"],
    ["10.77.0.4/24", "fd77::4/64"],
  ])
  expect(otherAddresses({ ...hub, addresses: ["10.0.0.1/16"] }, 998)).toEqual(["10.0.3.232/16"])
  expect(otherAddresses({ ...hub, addresses: ["10.0.0.1/30"] }, 1)).toEqual([])
})

test("a hub's peer whose own address stands among its networks has that one", () => {
  const peers = [{ name: "a", allowed: ["10.80.0.0/16", "10.77.0.9/32", "fd77::9/128"] }]
  expect(otherAddresses({ ...ends, role: "hub", peers }, 0)).toEqual(["10.77.0.9/24"])
  expect(otherAddresses({ ...ends, role: "hub", peers: [{ name: "a", allowed: ["10.99.0.9/32"] }] }, 0)).toEqual([
    "10.77.0.2/24",
  ])
})

test("a new peer has a name and an address inside that are free", () => {
  const tun = { kind: "tun", addresses: ["10.77.0.1/24", "fd77::1/64"] } as const
  const first = newPeer([], tun)
  expect(first).toEqual({ name: "peer-1", address: "", allowed: "10.77.0.2/32, fd77::2/128", enabled: true })
  expect(newPeer([first], tun)).toMatchObject({ name: "peer-2", allowed: "10.77.0.3/32, fd77::3/128" })
  const renamed = { ...first, name: "peer-2", allowed: "10.77.0.2/32" }
  expect(newPeer([renamed], tun)).toMatchObject({ name: "peer-1", allowed: "10.77.0.3/32, fd77::3/128" })
})

test("a new peer of a hub over tap has no networks: the hub learns", () => {
  expect(newPeer([], { kind: "tap", addresses: ["10.77.0.1/24"] }).allowed).toBe("")
})

test("simpletun speaks its own frames over TCP alone", () => {
  expect(simpletunSpeaks(ends)).toBe(true)
  expect(simpletunSpeaks({ ...ends, framing: "trains" })).toBe(false)
  expect(simpletunSpeaks({ ...ends, transport: "udp" })).toBe(false)
})

test("this host calls: simpletun serves, with the other address of the network", () => {
  expect(simpletunCommands(ends).split("\n")).toEqual([
    "ip tuntap add dev tun0 mode tun",
    "ip addr add 10.77.0.2/24 dev tun0",
    "ip link set tun0 up",
    "simpletun -i tun0 -s -p 55555",
  ])
})

test("this host waits: simpletun calls this host; a tap wants -a", () => {
  const last = simpletunCommands({ ...ends, role: "listen", kind: "tap", port: 4000 })
    .split("\n")
    .at(-1)
  expect(last).toBe("simpletun -i tun0 -c 192.168.1.3 -p 4000 -a")
})

test("the second peer of a hub calls it, with an address of its own", () => {
  const lines = simpletunCommands({ ...ends, role: "hub" }, 1).split("\n")
  expect(lines[1]).toBe("ip addr add 10.77.0.3/24 dev tun0")
  expect(lines[3]).toBe("simpletun -i tun0 -c 192.168.1.3 -p 55555")
})
