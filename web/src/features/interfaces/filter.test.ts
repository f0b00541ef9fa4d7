import { type InterfaceView, interfaceCreate } from "@tundeck/shared"
import { expect, test } from "vitest"
import { matches } from "./filter.ts"

const view: InterfaceView = {
  ...interfaceCreate.parse({ addresses: ["10.0.0.1/24"], owner: "alice" }),
  name: "tun0",
  managed: true,
  actual: null,
  drift: [],
  holders: [{ pid: 7, command: "/usr/sbin/openvpn office" }],
}

test.each(["", "TUN", "10.0.0", "alice", "openvpn", "tun alice"])("filter: %j finds the interface", (filter) => {
  expect(matches(view, filter)).toBe(true)
})

test.each(["tap", "10.0.1", "tun bob"])("filter: %j does not", (filter) => {
  expect(matches(view, filter)).toBe(false)
})
