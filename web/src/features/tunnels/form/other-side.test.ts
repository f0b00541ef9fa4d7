import { expect, test } from "vitest"
import { otherEnd, simpletunCommands, type TunnelEnds } from "./other-side.ts"

test.each([
  ["10.77.0.1/24", "10.77.0.2/24"],
  ["10.77.0.2/24", "10.77.0.1/24"],
  ["10.77.0.77/24", "10.77.0.1/24"],
  ["192.168.5.129/25", "192.168.5.130/25"],
  ["fd77::1/64", "fd77::2/64"],
  ["fd77::2/64", "fd77::1/64"],
])("%s has %s at the other end", (here, there) => {
  expect(otherEnd(here)).toBe(there)
})

test.each(["10.0.0.1/32", "10.0.0.1/31", "fd00::1/128", "10.0.0.1", "text"])(
  "%s has no neighbour to propose",
  (text) => {
    expect(otherEnd(text)).toBeUndefined()
  },
)

const ends: TunnelEnds = {
  interface: "tun0",
  kind: "tun",
  addresses: ["10.77.0.1/24"],
  role: "connect",
  port: 55_555,
  peer: "192.168.1.7",
  here: "192.168.1.3",
}

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
