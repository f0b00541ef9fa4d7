import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setImmediate as turn } from "node:timers/promises"
import {
  createArena,
  receiveFileDescriptor,
  receivePassed,
  SyscallError,
  sys,
  unixSocketAnswers,
  waitReadable,
} from "@tundeck/native-bindings"
import { brokerHolders, brokerRequest } from "@tundeck/shared"
import { afterAll, afterEach, expect, it } from "vitest"
import { createTunBroker, type TunBroker } from "./tun-broker.ts"
import { createWireguardSockets } from "./wireguard-sockets.ts"

const holder = { pid: 4242, fd: 7, interface: "tun7", command: "openvpn" }
const holders = (except: number) => (except === 77 ? [holder] : [])
const directory = mkdtempSync(join(tmpdir(), "broker-"))
let broker: TunBroker
function start(open = () => openSync("/dev/zero", "r")): void {
  broker = createTunBroker({ open, holders }, createWireguardSockets(directory))
}
afterEach(() => {
  closeSync(broker.engineEnd)
  broker.close()
})
afterAll(() => rmSync(directory, { recursive: true }))

const byte = createArena(1)

/** What the engine does: asks, and waits while this thread's event loop turns. */
async function ask(engineEnd: number): Promise<void> {
  sys.write(engineEnd, byte.address, 1)
  await answered(engineEnd)
}

async function answered(engineEnd: number): Promise<void> {
  for (let tries = 0; tries < 1000 && !waitReadable(engineEnd, 1); tries++) await turn()
}

it("each byte brings one open device, with byte 0 beside it", async () => {
  start()
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
  start(open)
  await ask(broker.engineEnd)
  expect(sys.read(broker.engineEnd, byte.address, 1)).toBe(1)
  expect(byte.view.getUint8(0)).toBe(2) // ENOENT
})

it("the other byte brings those who hold tun fds, but for the engine, as JSON behind its length", async () => {
  start()
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

const wireguard = (request: number, name: string) => Buffer.from([request, name.length, ...Buffer.from(name)])

it("a WireGuard socket comes as a listening fd, and its file goes on request and with the broker", async () => {
  start()
  const open = async (name: string) => {
    writeSync(broker.engineEnd, wireguard(brokerRequest.openWireguard, name))
    await answered(broker.engineEnd)
    return receivePassed(broker.engineEnd, 1000)
  }
  const path = (name: string) => join(directory, `${name}.sock`)
  const [first, second, refused] = [await open("wg0"), await open("wg1"), await open("../wg2")]
  expect(refused).toEqual({ fd: undefined, byte: 22 }) // EINVAL
  expect([unixSocketAnswers(path("wg0")), unixSocketAnswers(path("wg1"))]).toEqual([true, true])
  expect(await open("wg0")).toEqual({ fd: undefined, byte: 98 }) // EADDRINUSE
  writeSync(broker.engineEnd, wireguard(brokerRequest.removeWireguard, "wg0"))
  for (let tries = 0; tries < 1000 && existsSync(path("wg0")); tries++) await turn()
  expect([existsSync(path("wg0")), existsSync(path("wg1"))]).toEqual([false, true])
  broker.close()
  expect(existsSync(path("wg1"))).toBe(false)
  for (const { fd } of [first, second]) closeSync(fd ?? -1)
})
