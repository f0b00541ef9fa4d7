import { createEventfd, sys } from "@tundeck/native-bindings"
import { addressBytes, composePacket, createPacketRing, packetWish, summarize } from "@tundeck/shared"
import { Batch } from "../../batch.ts"
import { CounterWriter, createCounters, readCounters } from "../../counters.ts"
import { EpollLoop } from "../../epoll-loop.ts"
import { RelayMemory } from "../../memory.ts"
import type { TransportOwner } from "../../ports.ts"
import { memorySize, region } from "../../regions.ts"
import { Traffic } from "../../traffic.ts"
import type { Answered } from "../answered-addresses.ts"
import { Responder } from "../responder.ts"

const networks = ["10.77.0.1/24", "fd77::1/64"]
export const answeredOf = (isEthernet: boolean): Answered => ({ isEthernet, networks, own: networks })
export const v4 = { source: "10.77.0.1", destination: "10.77.0.9" }
export const v6 = { source: "fd77::1", destination: "fd77::9" }
export const host = "02:00:00:00:00:01"
export const neighbour4 = "02:54:0a:4d:00:09"
export const neighbour6 = "02:56:00:00:00:09"

/** A responder with a worker's memory around it. */
export function openResponder(isEthernet: boolean, answered = answeredOf(isEthernet)) {
  const memory = new RelayMemory(memorySize, true)
  const counters = createCounters(false)
  const wakeFd = createEventfd()
  const loop = new EpollLoop(wakeFd, () => {})
  const traffic = new Traffic(new CounterWriter(counters), createPacketRing(128))
  const answers: Uint8Array[] = []
  const told: unknown[] = []
  const nothing = () => {}
  const owner: TransportOwner = {
    largestPacket: 1518,
    received(batch) {
      for (let i = 0; i < batch.count; i++) {
        const at = batch.at[i] ?? 0
        answers.push(memory.bytes.slice(at, at + (batch.length[i] ?? 0)))
      }
    },
    peerChanged: (peer, remote) => told.push([peer, remote]),
    state: (state, reason) => told.push([state, reason]),
    ...{
      blocked: nothing,
      pathChanged: nothing,
      resolve: nothing,
      listening: nothing,
      fallbackChanged: nothing,
      stranger: nothing,
      wakeAt: nothing,
    },
  }
  const peers = [{ address: "", enabled: true, allowed: null, answered }]
  const responder = new Responder(peers, { loop, memory, traffic, owner, inbound: new Batch(512) })
  responder.start()
  return {
    responder,
    told,
    /** What comes back of these packets, sent in one batch. */
    ask(...packets: Uint8Array[]): Uint8Array[] {
      answers.length = 0
      const batch = new Batch(2048)
      let at: number = region.outbound.at
      for (const packet of packets) {
        memory.bytes.set(packet, at)
        batch.add(at, packet.length, 0)
        at += packet.length
      }
      responder.send(batch)
      return answers.splice(0)
    },
    verdicts() {
      const { outbound, drops } = readCounters(counters)
      return [outbound.packets, ...drops.map(({ reason, packets }) => `${packets} ${reason}`)]
    },
    close() {
      loop.close()
      memory.release()
      sys.close(wakeFd)
    },
  }
}

export const made = (wish: object) => composePacket(packetWish.parse(wish))
export const echo = (change: object = {}) => made({ kind: "echo", ...v4, ...change })
export const udp = (change: object = {}) =>
  made({ kind: "udp", destinationPort: 7, data: "68656c6c6f", ...v4, ...change })
export const facts = (bytes: Uint8Array | undefined, link: "ip" | "ethernet" = "ip") =>
  bytes === undefined ? undefined : summarize(bytes, bytes.length, link)

/** Another byte at `at`. */
export function changed(packet: Uint8Array, at: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(packet)
  bytes[at] = value
  return bytes
}

/** RFC 1071, for changes that a test makes to an IPv4 header. */
export function withHeaderChecksum(packet: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(packet)
  bytes.set([0, 0], 10)
  const sum = foldedSum(bytes.subarray(0, ((bytes[0] ?? 0) & 15) * 4)) ^ 0xffff
  bytes.set([sum >> 8, sum & 255], 10)
  return bytes
}

export function foldedSum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

/** An answer's checksums, as its receiver reckons them. */
export function isSoundIp(ip: Uint8Array): boolean {
  const isIpv4 = (ip[0] ?? 0) >> 4 === 4
  const [header, addressesAt] = isIpv4 ? [20, 12] : [40, 8]
  const protocol = ip[isIpv4 ? 9 : 6] ?? 0
  const segment = ip.subarray(header)
  const pseudo = [...ip.subarray(addressesAt, header), 0, protocol, segment.length >> 8, segment.length & 255]
  const summed = foldedSum(protocol === 1 ? segment : Uint8Array.from([...pseudo, ...segment]))
  return summed === 0xffff && (!isIpv4 || foldedSum(ip.subarray(0, 20)) === 0xffff)
}

export function hexOf(bytes: Uint8Array | undefined, from: number, to: number): string {
  return Buffer.from(bytes?.subarray(from, to) ?? []).toString("hex")
}

/** RFC 4861 section 4.3. */
export function solicitation(
  change: {
    source?: string
    destination?: string
    to?: string
    target?: string
    hops?: number
    option?: number[]
  } = {},
): Uint8Array {
  const {
    source = "fd77::1",
    destination = "ff02::1:ff00:9",
    to = "33:33:ff:00:00:09",
    target = "fd77::9",
    hops = 255,
  } = change
  const { option = [1, 1, 2, 0, 0, 0, 0, 1] } = change
  const mac = (text: string) => text.split(":").map((pair) => Number.parseInt(pair, 16))
  const message = [135, 0, 0, 0, 0, 0, 0, 0, ...addressBytes(target), ...option]
  const addresses = [...addressBytes(source), ...addressBytes(destination)]
  const sum = foldedSum(Uint8Array.from([...addresses, 0, 58, 0, message.length, ...message])) ^ 0xffff
  message.splice(2, 2, sum >> 8, sum & 255)
  return Uint8Array.from([
    ...mac(to),
    ...mac(host),
    0x86,
    0xdd,
    0x60,
    0,
    0,
    0,
    0,
    message.length,
    58,
    hops,
    ...addresses,
    ...message,
  ])
}
