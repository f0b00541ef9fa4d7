import { setImmediate } from "node:timers/promises"
import { afterEach, expect, it } from "vitest"
import { alike, bytesOf } from "../transport/testing/packets.ts"
import { peerWith, WireGuardEnd, type WireGuardEndOptions } from "./testing/wireguard-end.ts"

const ends: WireGuardEnd[] = []
let shift = 0
afterEach(() => {
  for (const end of ends.splice(0)) end.close()
  shift = 0
})

function open(options: WireGuardEndOptions): WireGuardEnd {
  const end = new WireGuardEnd(options, () => performance.now() + shift)
  ends.push(end)
  return end
}

async function until(what: string, isSo: () => boolean, stepped: readonly WireGuardEnd[] = ends): Promise<void> {
  for (const by = performance.now() + 10_000; !isSo(); ) {
    if (performance.now() > by) throw new Error(`waited 10 s for ${what}`)
    for (const end of stepped) end.step(1)
    await setImmediate()
  }
}

let port = 30_000 + (process.pid % 1000) * 10
const local = () => ({ address: "127.0.0.1", port: ++port })

function ipPackets(count: number, length: number) {
  return alike(count, length).map(({ bytes }) => {
    new DataView(bytes.buffer).setUint16(2, length)
    return { bytes }
  })
}

it.each(["udp", "tcp"] as const)("a handshake, and packets both ways: %s", async (kind) => {
  const where = local()
  const listener = open({ kind, key: 1, local: where, peers: [peerWith(2)] })
  const caller = open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
  listener.transport.start()
  caller.transport.start()
  await until("both to be up", () => listener.isUp() && caller.isUp())
  const packets = ipPackets(200, 1400)
  caller.send(packets)
  await until("packets", () => listener.received.length >= 200)
  expect(bytesOf(listener.received)).toEqual(bytesOf(packets))
  listener.send(packets)
  await until("packets", () => caller.received.length >= 200)
  expect(bytesOf(caller.received)).toEqual(bytesOf(packets))
  for (const end of [listener, caller]) {
    expect(end.states).toEqual(["connecting", "up"])
    expect(end.verdicts).toEqual({ sent: 200, dropped: 0, reasons: [] })
    expect(end.stats.outbound.bytes).toBe(200 * 1400)
    expect(end.stats.inbound.dropped).toBe(0)
  }
})
