import { closeSync, fstatSync, openSync, statSync } from "node:fs"
import { setImmediate as turn } from "node:timers/promises"
import { createArena, receiveFileDescriptor, SyscallError, sys, waitReadable } from "@tundeck/native-bindings"
import { brokerHolders, brokerRequest } from "@tundeck/shared"
import { afterEach, expect, it } from "vitest"
import { createTunBroker, type TunBroker } from "./tun-broker.ts"

let broker: TunBroker | undefined
afterEach(() => {
  if (broker) closeSync(broker.engineEnd)
  broker?.close()
})

const byte = createArena(1)
const holder = { pid: 4242, fd: 7, interface: "tun7", command: "openvpn" }
const holders = (except: number) => (except === 77 ? [holder] : [])

/** What the engine does: asks, and waits while this thread's event loop turns. */
async function ask(engineEnd: number): Promise<void> {
  sys.write(engineEnd, byte.address, 1)
  for (let tries = 0; tries < 1000 && !waitReadable(engineEnd, 1); tries++) await turn()
}

it("each byte brings one open device, with byte 0 beside it", async () => {
  broker = createTunBroker({ open: () => openSync("/dev/zero", "r"), holders })
  for (let i = 0; i < 3; i++) {
    await ask(broker.engineEnd)
    const answer = receiveFileDescriptor(broker.engineEnd, 1000)
    expect(answer.byte).toBe(0)
    expect(fstatSync(answer.fd).rdev).toBe(statSync("/dev/zero").rdev)
    closeSync(answer.fd)
  }
})

it("a device that cannot be opened is answered with the errno alone", async () => {
  const open = () => {
    throw new SyscallError("open /dev/net/tun", 2)
  }
  broker = createTunBroker({ open, holders })
  await ask(broker.engineEnd)
  expect(sys.read(broker.engineEnd, byte.address, 1)).toBe(1)
  expect(byte.view.getUint8(0)).toBe(2) // ENOENT
})

it("the other byte brings those who hold tun fds, but for the engine, as JSON behind its length", async () => {
  broker = createTunBroker({ open: () => openSync("/dev/zero", "r"), holders })
  broker.serve(77)
  byte.view.setUint8(0, brokerRequest.holders)
  await ask(broker.engineEnd)
  byte.view.setUint8(0, brokerRequest.device)
  const answer = createArena(1 << 20)
  const n = sys.read(broker.engineEnd, answer.address, answer.size)
  expect(answer.view.getUint32(0, true)).toBe(n - 4)
  const json: unknown = JSON.parse(new TextDecoder().decode(answer.bytes.subarray(4, n)))
  expect(brokerHolders.parse(json)).toEqual([holder])
})
