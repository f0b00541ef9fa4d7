import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import type { AllocationReport, AllocationRun } from "./testing/allocation-run.ts"

// A wake-up may allocate a little: the clock's numbers, the ring's count. A packet may not. So each road is woken equally
// often for few packets and for many, a million in the end, and what V8 allocated is compared, by the count that it keeps
// itself. The least that it ever allocates is 16 bytes, a boxed number: one for each packet would be 16 bytes a packet. Below 2
// there is none even for each train of five; above 0 there may be a wake-up more, where one does not receive all.
// `--single-threaded`: nothing depends on when a compiler thread gets its turn.

const script = fileURLToPath(new URL("./testing/allocation-run.ts", import.meta.url))

async function bytesAPacket(run: AllocationRun): Promise<number> {
  const args = ["--single-threaded", script, JSON.stringify(run)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const [few, many]: AllocationReport[] = JSON.parse(stdout)
  if (few === undefined || many === undefined) throw new Error(stdout)
  expect(few.packets).toBe(100_000)
  expect(many.packets).toBe(1_000_000)
  expect(many.delivered).toBe(many.packets)
  return (many.allocatedBytes - few.allocatedBytes) / (many.packets - few.packets)
}

const shape = {
  framing: "simpletun",
  link: "ip",
  isHub: false,
  isWireGuard: false,
  trainPackets: 1,
  isPadded: false,
  isCaptured: false,
} as const
const point = { ...shape, cipher: "chacha20-poly1305" } as const
const trains = { ...point, trainPackets: 5 }
const sealed = { ...point, isWireGuard: true }
const aes = { ...sealed, cipher: "aes-256-gcm" } as const
const switched = { ...point, isHub: true, link: "ethernet" } as const

it.each<[string, AllocationRun]>([
  ["UDP, many packets a datagram", { ...point, kind: "udp" }],
  ["UDP, each packet a datagram", { ...point, kind: "udp", isPadded: true }],
  ["UDP, trains that are cut and joined again", { ...trains, kind: "udp" }],
  ["TCP, simpletun frames", { ...point, kind: "tcp" }],
  ["TCP, whole trains", { ...trains, kind: "tcp", framing: "trains" }],
  ["a hub that routes", { ...point, kind: "udp", isHub: true }],
  ["a hub that switches", { ...switched, kind: "tcp" }],
  ["a responder, pinged", { ...point, kind: "answered" }],
  ["a responder over tap, UDP echo over IPv6", { ...point, kind: "answered", link: "ethernet" }],
  ["what a viewer sees", { ...point, kind: "shown" }],
  ["captured: UDP", { ...point, kind: "udp", isCaptured: true }],
  ["captured: TCP, whole trains and all their bytes", { ...trains, kind: "tcp", framing: "trains", isCaptured: true }],
  ["captured: WireGuard over UDP", { ...aes, kind: "udp", isCaptured: true }],
  ["WireGuard over UDP, equal messages", { ...sealed, kind: "udp" }],
  ["WireGuard over UDP, AES-256-GCM", { ...aes, kind: "udp" }],
  ["WireGuard over UDP, trains that are cut and joined again", { ...aes, kind: "udp", trainPackets: 5 }],
  ["WireGuard over TCP", { ...sealed, kind: "tcp" }],
  ["WireGuard over TCP, whole trains", { ...sealed, kind: "tcp", trainPackets: 5 }],
  ["WireGuard over TCP, whole trains, AES-256-GCM", { ...aes, kind: "tcp", trainPackets: 5 }],
  ["WireGuard over TCP, Ethernet frames", { ...aes, kind: "tcp", link: "ethernet" }],
  ["sealed with ChaCha20-Poly1305", { ...point, kind: "sealed" }],
  ["opened with ChaCha20-Poly1305", { ...point, kind: "opened" }],
  ["sealed with AES-256-GCM", { ...point, kind: "sealed", cipher: "aes-256-gcm" }],
  ["opened with AES-256-GCM", { ...point, kind: "opened", cipher: "aes-256-gcm" }],
])("a million packets allocate what a tenth of them do: %s", { timeout: 240_000 }, async (_name, run) => {
  expect(await bytesAPacket(run)).toBeLessThan(2)
})
