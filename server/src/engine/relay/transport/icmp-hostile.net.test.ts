import { randomBytes } from "node:crypto"
import { attachFilter, filterCode, waitReadable } from "@tundeck/native-bindings"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { addAddress, connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { EchoEnd, echoMessage, forge, packets, Witness } from "../../testing/icmp-lab.ts"

// Whatever comes from the peer's own host, and through the kernel's filter: nothing of it is delivered, nothing throws.

const near = { 4: "10.8.0.1", 6: "fd08::1" } as const
const nearAlso = { 4: "10.8.0.11", 6: "fd08::11" } as const
const far = { 4: "10.8.0.2", 6: "fd08::2" } as const

let caller: Namespace
let listener: Namespace
beforeAll(async () => {
  caller = await createNamespace("caller")
  listener = await createNamespace("listener")
  await connectByVeth(caller, listener, {
    v4: [`${near[4]}/24`, `${far[4]}/24`],
    v6: [`${near[6]}/64`, `${far[6]}/64`],
  })
  await addAddress(caller, "veth0", `${nearAlso[4]}/24`)
  await addAddress(caller, "veth0", `${nearAlso[6]}/64`)
})
afterAll(async () => {
  await caller?.delete()
  await listener?.delete()
})

const number = 0xfedc_ba98

/** What is left then is the code's own check. */
function switchFilterOff(end: EchoEnd): void {
  attachFilter(end.socket.fd, [[filterCode.return, 0, 0, 0xffff_ffff]])
}

describe.each([
  { family: 4, filtered: true },
  { family: 4, filtered: false },
  { family: 6, filtered: true },
  { family: 6, filtered: false },
] as const)("IPv$family, kernel's filter: $filtered", ({ family, filtered }) => {
  const call = () => new EchoEnd({ in: caller, role: "caller", number, remote: far[family], local: near[family] })
  // Routing may prefer either of the caller's addresses: both are the peer's.
  const listen = () => {
    const peers = [near[family], nearAlso[family]]
    return new EchoEnd({ in: listener, role: "listener", number, local: far[family], peers })
  }
  const ofCaller = { family, form: "request", number } as const
  const ofListener = { family, form: "reply", number } as const

  interface Attack {
    on: EchoEnd
    /** The other end, which sends one good packet at last: that alone arrives. */
    friend: EchoEnd
    from: Namespace
    to: string
    messages: readonly Uint8Array[]
    malformed: number
  }

  function expectOnlyTheGoodOne({ on, friend, from, to, messages, malformed }: Attack): void {
    if (!filtered) switchFilterOff(on)
    for (const message of messages) {
      forge(from, to, message)
      if (waitReadable(on.socket.fd, 0)) expect(on.takeAll()).toEqual([])
    }
    const good = packets(1000)
    friend.send(good)
    expect(on.receive().map(({ packet }) => packet)).toEqual(good)
    expect(on.malformed).toBe(malformed)
  }

  function atListener(messages: readonly Uint8Array[], malformed = 0): void {
    using on = listen()
    using friend = call()
    expectOnlyTheGoodOne({ on, friend, from: caller, to: far[family], messages, malformed })
  }

  /** `messagesFor` the identifier that the caller's requests carry. */
  function atCaller(messagesFor: (identifier: number) => readonly Uint8Array[], malformed = 0): void {
    using friend = listen()
    using on = call()
    using seen = new Witness(listener, family)
    on.send(packets(5))
    expect(friend.receive()).toHaveLength(1)
    const [{ identifier } = { identifier: 0 }] = seen.ours(1, "request")
    const messages = messagesFor(identifier)
    expectOnlyTheGoodOne({ on, friend, from: listener, to: near[family], messages, malformed })
  }

  const wholeRequest = echoMessage(ofCaller, randomBytes(100))

  it("garbage of every length", () => {
    const lengths = [0, 1, 7, 8, 9, 15, 16, 17, 100, 1400].flatMap((length) => [length, length])
    const garbage = lengths.map((length) => {
      const bytes = randomBytes(length)
      if (length > 0) bytes[0] = wholeRequest[0] ?? 0
      if (length > 8) bytes[8] = 0x55
      return bytes
    })
    // IPv6 takes no message from a raw socket that has no room for its checksum.
    atListener(garbage.filter(({ length }) => length >= 4))
  })

  it("each other type of ICMP", () => {
    const types = [0, 3, 4, 5, 8, 11, 12, 13, 14, 42, 43, 128, 129, 130, 160, 255].filter(
      (type) => type !== wholeRequest[0],
    )
    atListener(types.map((type) => Uint8Array.from(wholeRequest).fill(type, 0, 1)))
  })

  it("each flipped bit of code, magic, role and number", () => {
    const bits = [1, 8, 9, 11, 12, 13, 14, 15].flatMap((at) => Array.from({ length: 8 }, (_, bit) => ({ at, bit })))
    atListener(
      bits.map(({ at, bit }) => {
        const bytes = Uint8Array.from(wholeRequest)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        return bytes
      }),
    )
  })

  it("a message cut anywhere in its header", () => {
    atListener(Array.from({ length: 12 }, (_, i) => wholeRequest.subarray(0, 4 + i)))
  })

  it("requests of the wrong role, and replies of the wrong role", () => {
    const request = echoMessage(ofListener, randomBytes(100))
    request[0] = wholeRequest[0] ?? 0
    atListener([request])
    atCaller((identifier) => {
      const reply = echoMessage({ ...ofCaller, identifier }, randomBytes(100))
      reply[0] = echoMessage(ofListener, randomBytes(0))[0] ?? 0
      return [reply]
    })
  })

  it("replies with another identifier than the caller's", () => {
    atCaller((identifier) =>
      [identifier ^ 1, identifier ^ 0x8000, identifier ^ 0xffff].map((other) =>
        echoMessage({ ...ofListener, identifier: other }, randomBytes(100)),
      ),
    )
  })

  it("bundles with wrong lengths, and kinds that there are not, are malformed", () => {
    const payloads = [
      [],
      [0],
      [0, 0],
      [0, 1],
      [0, 2, 7],
      [0, 1, 7, 9],
      [0xff, 0xff, 7],
      new Array<number[]>(9).fill([0, 1, 7]).flat(),
    ]
    const bundles = payloads.map((bytes) => ({ kind: 1, bytes }))
    const unknown = [2, 3, 127, 255].map((kind) => ({ kind, bytes: [0, 1, 7] }))
    const bad = [...bundles, ...unknown]
    atListener(
      bad.map(({ kind, bytes }) => echoMessage({ ...ofCaller, kind }, Uint8Array.from(bytes))),
      bad.length,
    )
    atCaller(
      (identifier) =>
        bad.map(({ kind, bytes }) => echoMessage({ ...ofListener, kind, identifier }, Uint8Array.from(bytes))),
      bad.length,
    )
  })

  it("messages of 64 KB, in fragments, are malformed when they are the tunnel's, and nothing when not", () => {
    const huge = randomBytes(65_000)
    const foreign = echoMessage({ ...ofCaller, number: number - 1 }, huge)
    atListener([foreign, echoMessage(ofCaller, huge), echoMessage({ ...ofCaller, kind: 1 }, huge), foreign], 2)
    atCaller((identifier) => [echoMessage({ ...ofListener, identifier }, huge)], 1)
  })

  it("a burst of it all, unread, leaves room for what comes after", () => {
    using end = listen()
    if (!filtered) switchFilterOff(end)
    for (let i = 0; i < 300; i++)
      forge(caller, far[family], i % 3 === 0 ? randomBytes(64).fill(8, 0, 1) : wholeRequest.subarray(0, 15))
    expect(end.takeAll()).toEqual([])
    using peer = call()
    const good = packets(1000)
    peer.send(good)
    expect(end.receive().map(({ packet }) => packet)).toEqual(good)
  })
})

it("IPv4: a message whose checksum is wrong is malformed", () => {
  using end = new EchoEnd({ in: listener, role: "listener", number, local: far[4], peers: [near[4]] })
  const good = echoMessage({ family: 4, form: "request", number }, randomBytes(999))
  forge(caller, far[4], good)
  expect(end.receive()).toHaveLength(1)
  forge(caller, far[4], good, false)
  const flipped = Uint8Array.from(good)
  forge(caller, far[4], flipped.fill(0, 2, 4), false)
  forge(caller, far[4], good)
  expect(end.receive()).toHaveLength(1)
  expect(end.malformed).toBe(2)
})

it.each([4, 6] as const)("IPv%d: a caller hears nobody but whom it called", async (family) => {
  using end = new EchoEnd({ in: listener, role: "caller", number, remote: near[family] })
  using seen = new Witness(caller, family)
  end.send(packets(9))
  const [{ identifier } = { identifier: 0 }] = seen.ours(1, "request")
  const reply = echoMessage({ family, form: "reply", number, identifier }, randomBytes(100))
  forge(caller, far[family], reply, true, nearAlso[family])
  expect(waitReadable(end.socket.fd, 50)).toBe(false)
  forge(caller, far[family], reply, true, near[family])
  expect(end.receive()).toHaveLength(1)
})
