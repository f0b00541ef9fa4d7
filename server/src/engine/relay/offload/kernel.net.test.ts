import { randomBytes } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { addAddress } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { temporaryDirectory } from "../../../../../testing/temporary.ts"
import { transfer } from "../../../../../testing/transfer.ts"
import { until } from "../../../../../testing/wait.ts"
import { TunRelay } from "./testing/tun-relay.ts"

// The kernel's own trains are cut, joined and given back to it: what its sockets receive says whether that was right.
// It looks at every checksum of a single packet, and cuts trains of datagrams again for a socket that takes single ones.

let a: Namespace
let b: Namespace
beforeEach(async () => {
  a = await createNamespace("a")
  b = await createNamespace("b")
})
afterEach(async () => {
  await a.delete()
  await b.delete()
})

const addresses = { v4: ["10.99.0.1", "10.99.0.2"], v6: ["fd99::1", "fd99::2"] } as const

async function withRelay(kind: "tun" | "tap", joins: boolean, body: (relay: TunRelay) => Promise<void>): Promise<void> {
  const relay = new TunRelay(a, b, kind, joins)
  for (const [side, namespace] of [a, b].entries()) {
    await addAddress(namespace, "train0", `${addresses.v4[side]}/24`)
    await addAddress(namespace, "train0", `${addresses.v6[side]}/64`)
    await namespace.exec("ip", ["link", "set", "train0", "up"])
  }
  const running = relay.run()
  try {
    await body(relay)
  } finally {
    relay.stop()
    await running
  }
  expect(relay.problems.slice(0, 5)).toEqual([])
}

it.each([
  { kind: "tun", joins: false },
  { kind: "tun", joins: true },
  { kind: "tap", joins: false },
  { kind: "tap", joins: true },
] as const)("TCP over a $kind, joins: $joins", async ({ kind, joins }) => {
  await withRelay(kind, joins, async (relay) => {
    for (const host of [addresses.v4[1], addresses.v6[1]]) {
      const { sent, received } = await transfer({ from: a, to: b, host, chunks: 12 })
      expect(received).toHaveLength(12)
      expect(received).toEqual(sent)
    }
    expect(relay.trainsRead).toBeGreaterThan(100)
    expect(relay.trainsWritten > 100).toBe(joins)
  })
})

it.each([
  { kind: "tun", joins: false },
  { kind: "tun", joins: true },
  { kind: "tap", joins: true },
] as const)("UDP over a $kind, joins: $joins", async ({ kind, joins }) => {
  await withRelay(kind, joins, async (relay) => {
    await using directory = await temporaryDirectory()
    const bytes = randomBytes(4 * 50_500)
    const source = join(directory.path, "source")
    await writeFile(source, bytes)
    for (const [family, host] of [
      ["4", addresses.v4[1]],
      ["6", `[${addresses.v6[1]}]`],
    ] as const) {
      const target = join(directory.path, `target${family}`)
      // SOL_SOCKET, SO_RCVBUFFORCE: 16 MB; SOL_UDP, UDP_SEGMENT: trains of 1,000 bytes a datagram, and the rest.
      const receiver = b.spawn("socat", [
        ...["-u", "-b65536", `UDP${family}-RECV:7001,setsockopt-listen=1:33:x0024f400`, `OPEN:${target},creat`],
      ])
      const isBound = async () => (await b.exec("ss", ["-Hlun", "sport = :7001"])).stdout.includes("7001")
      await until(isBound, { what: "socat to listen" })
      // Of what waits for a neighbour to be found the kernel keeps only so much.
      await a.exec("ping", ["-c", "1", "-W", "10", addresses[`v${family}`][1]])
      await a.exec("socat", ["-u", "-b50500", `OPEN:${source}`, `UDP${family}:${host}:7001,setsockopt-int=17:103:1000`])
      await until(async () => (await readFile(target)).length >= bytes.length, { what: "all datagrams" })
      expect(bytes.equals(await readFile(target))).toBe(true)
      await receiver.stop()
    }
    expect(relay.trainsRead).toBeGreaterThanOrEqual(8)
    expect(relay.trainsWritten >= 8).toBe(joins)
  })
})
