import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Namespace } from "../../../testing/namespace.ts"
import { until } from "../../../testing/wait.ts"
import { enterNamespace, runScript } from "../testing/inside.ts"
import type { RtnetlinkEvent } from "./event.ts"
import { openRtnetlink, type Rtnetlink } from "./rtnetlink.ts"
import { type RtnetlinkWatch, watchRtnetlink } from "./watch.ts"

let namespace: Namespace
let rtnetlink: Rtnetlink
let watch: RtnetlinkWatch
let events: RtnetlinkEvent[]
let overflows: number

beforeEach(async () => {
  namespace = await enterNamespace("watch")
  rtnetlink = openRtnetlink()
  events = []
  overflows = 0
  watch = watchRtnetlink({ onEvent: (event) => events.push(event), onOverflow: () => overflows++ })
})
afterEach(async () => {
  watch.close()
  rtnetlink.close()
  await namespace.delete()
})

function expectEvent(expected: object): Promise<unknown> {
  return until(() => events.find((event) => matches(event, expected)), { what: JSON.stringify(expected) })
}

function matches(actual: unknown, expected: object): boolean {
  return expect.objectContaining(expected).asymmetricMatch(actual)
}

test("links, addresses and routes: every change by another program is told", async () => {
  const ip = (...args: string[]) => namespace.exec("ip", args)
  await ip("link", "add", "left", "type", "veth", "peer", "name", "right")
  await expectEvent({ type: "link-changed", link: expect.objectContaining({ name: "left", kind: "veth" }) })
  await ip("link", "set", "right", "up")
  await ip("link", "set", "left", "up", "mtu", "1300")
  await expectEvent({ type: "link-changed", link: expect.objectContaining({ name: "left", up: true, mtu: 1300 }) })
  await ip("address", "add", "10.1.0.1/24", "dev", "left")
  await expectEvent({ type: "address-changed", address: expect.objectContaining({ address: "10.1.0.1" }) })
  await expectEvent({ type: "route-changed", route: expect.objectContaining({ destination: "10.1.0.0/24" }) })
  await ip("address", "add", "fd00::1/64", "dev", "left", "nodad")
  await expectEvent({ type: "address-changed", address: expect.objectContaining({ address: "fd00::1" }) })
  await ip("route", "add", "fd09::/64", "via", "fd00::2")
  await expectEvent({ type: "route-changed", route: expect.objectContaining({ gateway: "fd00::2" }) })
  await ip("route", "del", "fd09::/64")
  await expectEvent({ type: "route-removed", route: expect.objectContaining({ destination: "fd09::/64" }) })
  await ip("address", "del", "10.1.0.1/24", "dev", "left")
  await expectEvent({ type: "address-removed", address: expect.objectContaining({ address: "10.1.0.1" }) })
  await ip("link", "del", "left")
  await expectEvent({ type: "link-removed", link: expect.objectContaining({ name: "left" }) })
  expect(overflows).toBe(0)
})

test("a port that leaves its bridge is changed, not removed", async () => {
  rtnetlink.linkAddBridge("br0")
  rtnetlink.linkAddVeth("port", "far")
  const index = rtnetlink.linkByName("port")?.index ?? 0
  rtnetlink.linkSet({ index, master: rtnetlink.linkByName("br0")?.index ?? 0 })
  rtnetlink.linkSet({ index, master: 0 })
  rtnetlink.linkSet({ index, mtu: 1234 })
  await expectEvent({ type: "link-changed", link: expect.objectContaining({ name: "port", mtu: 1234 }) })
  expect(events.filter(({ type }) => type === "link-removed")).toEqual([])
})

test("events that nobody read in time are lost, said to be, and followed by the next ones", async () => {
  rtnetlink.linkAddBridge("busy")
  const index = rtnetlink.linkByName("busy")?.index ?? 0
  // Without a pause: our own event loop cannot read meanwhile.
  for (let i = 0; i < 4_000; i++) rtnetlink.linkSet({ index, mtu: 1400 + (i % 2) })
  await until(() => overflows > 0, { what: "an overflow" })
  rtnetlink.linkSet({ index, mtu: 1277 })
  await expectEvent({ type: "link-changed", link: expect.objectContaining({ mtu: 1277 }) })
})

test("a watch that nobody references is not collected", async () => {
  let told = 0
  watchRtnetlink({ onEvent: () => told++, onOverflow: () => {} })
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  for (let i = 0; i < 5; i++) {
    collect()
    await new Promise(setImmediate)
  }
  rtnetlink.linkAddBridge("br0")
  await until(() => told > 0, { what: "an event" })
})

test("after close nothing is told, and closing again is nothing", async () => {
  watch.close()
  watch.close()
  const second: RtnetlinkEvent[] = []
  const other = watchRtnetlink({ onEvent: (event) => second.push(event), onOverflow: () => {} })
  rtnetlink.linkAddBridge("br0")
  await until(() => second.length > 0, { what: "an event" })
  other.close()
  expect(events).toEqual([])
})

test("what a listener throws becomes an uncaught exception, and a process ends by itself after close", async () => {
  const answer = await runScript(
    namespace,
    `const rtnetlink = native.openRtnetlink()
     const watch = native.watchRtnetlink({ onEvent() { throw new Error("from the listener") }, onOverflow() {} })
     process.once("uncaughtException", (error) => {
       process.on("uncaughtException", () => {})
       watch.close()
       console.log(JSON.stringify(error.message))
     })
     rtnetlink.linkAddBridge("br1")`,
  )
  expect(answer).toBe("from the listener")
})
