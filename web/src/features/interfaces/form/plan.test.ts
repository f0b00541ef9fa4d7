import { interfaceCreate } from "@tundeck/shared"
import { expect, test } from "vitest"
import { planInterface } from "./plan.ts"

const plan = (wish: object) => planInterface({ name: "tun0", ...interfaceCreate.parse({ vnetHeader: false, ...wish }) })

test("plan: the plainest interface is made, kept and set up", () => {
  expect(plan({ name: "tun0" })).toEqual({
    calls: [
      'fd = open("/dev/net/tun", O_RDWR)',
      'ioctl(fd, TUNSETIFF, {"tun0", IFF_TUN | IFF_NO_PI})',
      "ioctl(fd, TUNSETPERSIST, 1)",
      "rtnetlink RTM_NEWLINK  IFF_UP",
    ],
    commands: ["ip tuntap add dev tun0 mode tun", "ip link set tun0 up"],
  })
})

test("plan: packet information is the flag that is left out, and a word for ip", () => {
  const { calls, commands } = plan({ name: "tun0", packetInfo: true, vnetHeader: true, multiQueue: true })
  expect(calls[1]).toBe('ioctl(fd, TUNSETIFF, {"tun0", IFF_TUN | IFF_VNET_HDR | IFF_MULTI_QUEUE})')
  expect(commands[0]).toBe("ip tuntap add dev tun0 mode tun pi vnet_hdr multi_queue")
})

test("plan: owner and group by name or number", () => {
  const { calls, commands } = plan({ name: "tun0", owner: "alice", group: 1000 })
  expect(calls.slice(2, 4)).toEqual(["ioctl(fd, TUNSETOWNER, uid of alice)", "ioctl(fd, TUNSETGROUP, 1000)"])
  expect(commands[0]).toBe("ip tuntap add dev tun0 mode tun user alice group 1000")
})

test("plan: a tap in a bridge, with MAC, MTU, addresses and routes, in the order of the engine", () => {
  const { commands } = plan({
    name: "tap3",
    kind: "tap",
    mac: "02:00:00:00:00:01",
    mtu: 1400,
    bridge: "br0",
    addresses: ["10.0.0.1/24", "fd00::1/64"],
    routes: [{ destination: "10.1.0.0/16", gateway: "10.0.0.2", metric: 50 }, { destination: "fd01::/64" }],
  })
  expect(commands).toEqual([
    "ip tuntap add dev tap3 mode tap",
    "ip link set tap3 address 02:00:00:00:00:01",
    "ip link set tap3 mtu 1400",
    "ip link set tap3 master br0",
    "ip address add 10.0.0.1/24 dev tap3",
    "ip address add fd00::1/64 dev tap3",
    "ip link set tap3 up",
    "ip route add 10.1.0.0/16 via 10.0.0.2 dev tap3 metric 50",
    "ip route add fd01::/64 dev tap3",
  ])
})

test("plan: a transient interface has no persist call and no ip command that makes it", () => {
  const { calls, commands } = plan({ name: "tun0", persistent: false, up: false })
  expect(calls).toHaveLength(2)
  expect(commands).toEqual([])
})

test("plan: routes wait while the interface stays down", () => {
  const { calls, commands } = plan({ name: "tun0", up: false, routes: [{ destination: "10.1.0.0/16" }] })
  expect([...calls, ...commands].filter((line) => line.includes("10.1.0.0"))).toEqual([])
})
