import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import type { AllocationRun } from "./testing/allocation-run.ts"
import { bytesAPacket, point } from "./testing/bytes-a-packet.ts"

const execute = async (args: readonly string[]) => (await promisify(execFile)(process.execPath, args)).stdout
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
])("a million packets allocate what a tenth of them do: %s", { timeout: 600_000 }, async (_name, run) => {
  expect(await bytesAPacket(run, execute)).toBeLessThan(2)
})
