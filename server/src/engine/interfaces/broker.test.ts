import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs"
import { openUnixSocketPair, sendFileDescriptor } from "@tundeck/native-bindings"
import { afterEach, beforeEach, expect, it } from "vitest"
import { createBroker } from "./broker.ts"

// The launcher's end answers before it is asked: here both are one thread.
let launcher: number
let engine: number
beforeEach(() => {
  ;[launcher, engine] = openUnixSocketPair()
})
afterEach(() => {
  for (const fd of [launcher, engine]) closeSync(fd)
})

const holder = { pid: 4242, fd: 7, interface: "tun7", command: "openvpn" }
function sendHolders(value: unknown): void {
  const json = Buffer.from(JSON.stringify(value))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  writeSync(launcher, Buffer.concat([length, json]))
}

it("a device comes as an open fd", () => {
  const device = openSync("/dev/zero", "r")
  sendFileDescriptor(launcher, device, 0)
  closeSync(device)
  const fd = createBroker(engine).device()
  expect(fstatSync(fd ?? -1).rdev).toBe(statSync("/dev/zero").rdev)
  closeSync(fd ?? -1)
})

it("an errno is no device, and the next question is asked all the same", () => {
  const broker = createBroker(engine)
  writeSync(launcher, Uint8Array.of(2))
  expect(broker.device()).toBeUndefined()
  sendHolders([holder])
  expect(broker.holders()).toEqual([holder])
})

it("an answer that does not fit is none, and ends the questions", () => {
  const broker = createBroker(engine)
  sendHolders([{ pid: "4242" }])
  expect(broker.holders()).toBeUndefined()
  sendHolders([holder])
  expect(broker.holders()).toBeUndefined()
})

it("a length that nobody sends is refused before memory is taken for it", () => {
  writeSync(launcher, Uint8Array.of(255, 255, 255, 255))
  expect(createBroker(engine).holders()).toBeUndefined()
})

it("a WireGuard socket comes as an fd or as the errno; the request names its interface", () => {
  const broker = createBroker(engine)
  const zeros = openSync("/dev/zero", "r")
  sendFileDescriptor(launcher, zeros, 0)
  closeSync(zeros)
  const opened = broker.openWireguard("wg0")
  const fd = "fd" in opened ? opened.fd : -1
  expect(fstatSync(fd).rdev).toBe(statSync("/dev/zero").rdev)
  closeSync(fd)
  writeSync(launcher, Uint8Array.of(98))
  expect(broker.openWireguard("wg0")).toEqual({ errno: 98 })
  broker.removeWireguard("wg0")
  const asked = Buffer.alloc(100)
  const length = readSync(launcher, asked)
  expect(asked.toString("latin1", 0, length)).toBe("\x02\x03wg0\x02\x03wg0\x03\x03wg0")
})
