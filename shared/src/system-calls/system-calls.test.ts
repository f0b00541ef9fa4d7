import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import type { SystemCall } from "../model/system-call.ts"
import type { Field } from "../packets/field.ts"
import { commandOf } from "./command.ts"
import { callText, describeCall } from "./describe-call.ts"

const le = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 0xff)
const u32 = (value: number) => le(value, 4)
const zeros = (count: number) => Array.from({ length: count }, () => 0)
const chars = (text: string) => [...new TextEncoder().encode(text)]
const hex = (bytes: readonly number[]) => Buffer.from(bytes).toString("hex")
const pad = (bytes: readonly number[], size: number) => [...bytes, ...zeros(size - bytes.length)]

function attribute(type: number, value: readonly number[]): number[] {
  const length = 4 + value.length
  return pad([...le(length, 2), ...le(type, 2), ...value], (length + 3) & ~3)
}

function message(type: number, flags: number, ...body: number[][]): string {
  const payload = body.flat()
  return hex([...u32(16 + payload.length), ...le(type, 2), ...le(flags, 2), ...u32(7), ...u32(0), ...payload])
}

function call(some: Partial<SystemCall> & Pick<SystemCall, "kind" | "name" | "argument">): SystemCall {
  return {
    ...{ number: 1, time: 0, request: null, action: "test", interface: "tun7", tunnel: null, fd: 12 },
    ...{ isByValue: false, answer: "", error: null, detail: null, interfaces: [{ index: 9, name: "tun7" }] },
    ...some,
  }
}

const linkOf = (index: number, up?: boolean) => [
  ...[0, 0, 0, 0, ...u32(index)],
  ...(up === undefined ? zeros(8) : [...u32(up ? 1 : 0), ...u32(1)]),
]
const ack = 0x5
const create = 0x605
const replace = 0x505

const link = (...attributes: number[][]) =>
  call({ kind: "rtnetlink", name: "RTM_NEWLINK", argument: message(16, ack, linkOf(9), ...attributes) })
const address = (name: "RTM_NEWADDR" | "RTM_DELADDR", prefix: number, ...attributes: number[][]) => {
  const family = attributes.some(([length]) => length === 20) ? 10 : 2
  const [type, flags] = name === "RTM_NEWADDR" ? ([20, create] as const) : ([21, ack] as const)
  return call({
    kind: "rtnetlink",
    name,
    argument: message(type, flags, [family, prefix, 0, 0, ...u32(9)], ...attributes),
  })
}
const route = (flags: number, header: readonly number[], ...attributes: number[][]) =>
  call({
    ...{ kind: "rtnetlink", name: flags === ack ? "RTM_DELROUTE" : "RTM_NEWROUTE" },
    argument: message(flags === ack ? 25 : 24, flags, [...header, ...zeros(4)], ...attributes),
  })
const newRoute = (family: number, length: number, scope: number) => [family, length, 0, 0, 0, 4, scope, 1]
const inMain = attribute(15, u32(254))
const throughIt = attribute(4, u32(9))

const ifreq = (name: string, rest: number[]) => hex(pad([...pad(chars(name), 16), ...rest], 40))
const tunsetiff = (flags: number, name = "tun7") =>
  call({ kind: "ioctl", name: "TUNSETIFF", argument: ifreq(name, le(flags, 2)) })
const byValue = (name: string, value: number, kind?: "tun" | "tap") =>
  call({
    ...{ kind: "ioctl", name, isByValue: true, argument: hex(le(value, 8)) },
    interfaces: [{ index: 0, name: "tun7", ...(kind && { kind }) }],
  })

describe("the equal command of", () => {
  test.each<[string, SystemCall, string | null]>([
    ["a tun that is made", tunsetiff(0x9001), "ip tuntap add dev tun7 mode tun"],
    ["a tap with everything", tunsetiff(0xc102), "ip tuntap add dev tun7 mode tap pi vnet_hdr multi_queue"],
    ["a tun that the kernel names", tunsetiff(0x1001, ""), "ip tuntap add dev tun7 mode tun"],
    ["an attachment: none", tunsetiff(0x1001), null],
    ["persistence: that of the making", byValue("TUNSETPERSIST", 1, "tun"), null],
    ["its end", byValue("TUNSETPERSIST", 0, "tun"), "ip tuntap delete dev tun7 mode tun"],
    ["its end, of one that has gone: none", byValue("TUNSETPERSIST", 0), null],
    ["a tap's owner", byValue("TUNSETOWNER", 1000, "tap"), "tunctl -t tun7 -u 1000"],
    ["a tap's group", byValue("TUNSETGROUP", 50, "tap"), "tunctl -t tun7 -g 50"],
    ["a tap's owner no longer: none", byValue("TUNSETOWNER", -1, "tap"), null],
    ["a tun's owner: none", byValue("TUNSETOWNER", 1000, "tun"), null],
    ["offloads: none", byValue("TUNSETOFFLOAD", 0x6f), null],
    ["an MTU", link(attribute(4, u32(1400))), "ip link set dev tun7 mtu 1400"],
    ["a name", link(attribute(3, [...chars("tun8"), 0])), "ip link set dev tun7 name tun8"],
    ["a MAC", link(attribute(1, [2, 0, 0, 0, 0, 1])), "ip link set dev tun7 address 02:00:00:00:00:01"],
    ["a bridge that is left", link(attribute(10, u32(0))), "ip link set dev tun7 nomaster"],
    ["a bridge without a name", link(attribute(10, u32(5))), "ip link set dev tun7 master if5"],
    [
      "up",
      call({ kind: "rtnetlink", name: "RTM_NEWLINK", argument: message(16, ack, linkOf(9, true)) }),
      "ip link set dev tun7 up",
    ],
    [
      "a bridge that is made",
      call({
        ...{ kind: "rtnetlink", name: "RTM_NEWLINK" },
        argument: message(
          16,
          create,
          linkOf(0),
          attribute(3, chars("br0\0")),
          attribute(18, attribute(1, chars("bridge\0"))),
        ),
      }),
      "ip link add br0 type bridge",
    ],
    [
      "a deletion",
      call({ kind: "rtnetlink", name: "RTM_DELLINK", argument: message(17, ack, linkOf(9)) }),
      "ip link delete dev tun7",
    ],
    [
      "an address",
      address("RTM_NEWADDR", 24, attribute(2, [10, 0, 0, 1]), attribute(1, [10, 0, 0, 1])),
      "ip address add 10.0.0.1/24 dev tun7",
    ],
    [
      "an address with a peer",
      address("RTM_DELADDR", 32, attribute(2, [10, 0, 0, 1]), attribute(1, [10, 0, 0, 2])),
      "ip address delete 10.0.0.1 peer 10.0.0.2/32 dev tun7",
    ],
    [
      "an IPv6 address",
      address("RTM_NEWADDR", 64, attribute(1, [0xfd, ...zeros(14), 1])),
      "ip address add fd00::1/64 dev tun7",
    ],
    [
      "a route over the link",
      route(create, newRoute(2, 8, 253), inMain, attribute(1, [10, 0, 0, 0]), throughIt),
      "ip route add 10.0.0.0/8 dev tun7 proto static",
    ],
    [
      "a default route with a gateway and a metric",
      route(replace, newRoute(2, 0, 0), inMain, attribute(5, [10, 0, 0, 9]), throughIt, attribute(6, u32(50))),
      "ip route replace 0.0.0.0/0 via 10.0.0.9 dev tun7 metric 50 proto static",
    ],
    [
      "an IPv4 route by an IPv6 gateway",
      route(
        create,
        newRoute(2, 8, 0),
        inMain,
        attribute(1, [10, 0, 0, 0]),
        attribute(18, [10, 0, 0xfe, 0x80, ...zeros(13), 1]),
        throughIt,
      ),
      "ip route add 10.0.0.0/8 via inet6 fe80::1 dev tun7 proto static",
    ],
    [
      "a route that goes",
      route(ack, [10, 16, 0, 0, 0, 0, 255, 0], inMain, attribute(1, [0xfd, ...zeros(15)]), throughIt),
      "ip route delete fd00::/16 dev tun7",
    ],
    ["a socket's option: none", call({ kind: "setsockopt", name: "TCP_NODELAY", argument: hex(u32(1)) }), null],
  ])("%s", (_, made, command) => expect(commandOf(made)).toBe(command))

  it("a name with a shell's words in it is one word", () => {
    const made = call({ ...link(attribute(4, u32(1400))), interface: "$(id)'x" })
    expect(commandOf(made)).toBe("ip link set dev '$(id)'\\''x' mtu 1400")
  })
})

describe("in one line", () => {
  test.each<[SystemCall, string]>([
    [tunsetiff(0x9001), "ioctl(12, TUNSETIFF, {tun7, IFF_TUN | IFF_NO_PI | IFF_TUN_EXCL (0x9001)}) = 0"],
    [{ ...byValue("TUNSETOWNER", -1), error: "EINVAL" }, "ioctl(12, TUNSETOWNER, -1) = -1 EINVAL"],
    [byValue("TUNSETOFFLOAD", 7), "ioctl(12, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 (0x7)) = 0"],
    [
      link(attribute(4, u32(1400))),
      "RTM_NEWLINK {ifi_index 9 (tun7), ifi_flags 0x0, ifi_change 0x0, IFLA_MTU 1400} = 0",
    ],
    [
      call({ kind: "setsockopt", name: "TCP_NODELAY", argument: hex(u32(1)) }),
      "setsockopt(12, IPPROTO_TCP, TCP_NODELAY, 1) = 0",
    ],
    [
      call({ kind: "setsockopt", name: "TCP_CONGESTION", argument: hex(chars("cubic")) }),
      "setsockopt(12, IPPROTO_TCP, TCP_CONGESTION, cubic) = 0",
    ],
  ])("%#: %o", (made, text) => expect(callText(made)).toBe(text))
})

it("each byte of a message has a field with the kernel's name", () => {
  const { bytes, fields } = describeCall(link(attribute(3, chars("tun8\0")))).argument
  expect(fields.map(({ name, start, length }) => [name, start, length])).toEqual([
    ["struct nlmsghdr", 0, 16],
    ["struct ifinfomsg", 16, 16],
    ["IFLA_IFNAME", 32, 12],
  ])
  expect(fields[1]?.children?.[3]).toEqual({ name: "ifi_index", text: "9 (tun7)", start: 20, length: 4 })
  expect(fields[2]?.children).toEqual([
    { name: "nla_len", text: "9", start: 32, length: 2 },
    { name: "nla_type", text: "IFLA_IFNAME (3)", start: 34, length: 2 },
    { name: "value", text: "tun8", start: 36, length: 5 },
    { name: "padding", text: "up to four bytes", start: 41, length: 3 },
  ])
  expect(leaves(fields).reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length)
})

it("a refusal: errno, the request's header, and the kernel's sentence", () => {
  const repeated = [...u32(48), ...le(16, 2), ...le(ack, 2), ...u32(7), ...u32(0)]
  const body = [...u32(0x1_0000_0000 - 22), ...repeated, ...attribute(1, chars("mtu less than device minimum\0"))]
  const answer = hex([...u32(16 + body.length), ...le(2, 2), ...le(0x300, 2), ...u32(7), ...u32(0), ...body])
  const { answer: described } = describeCall({ ...link(attribute(4, u32(1))), answer })
  expect(described?.fields.map(({ name, text }) => [name, text])).toEqual([
    ["struct nlmsghdr", "NLMSG_ERROR"],
    ["error", "-22"],
    ["the request's nlmsghdr", "RTM_NEWLINK"],
    ["NLMSGERR_ATTR_MSG", "mtu less than device minimum"],
  ])
})

const sockets = (name: string, argument: readonly number[], more: Partial<SystemCall> = {}) =>
  call({ kind: "socket", name, argument: hex(argument), fd: 14, interfaces: [], ...more })
const opened = hex([...le(0o2004002, 8), ...chars("/dev/net/tun\0")])

test.each<[string, SystemCall]>([
  [
    'open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC (0x80802)) = 12',
    call({ kind: "file", name: "open", argument: opened }),
  ],
  [
    'open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC (0x80802)) = -1 EACCES',
    call({ kind: "file", name: "open", argument: opened, fd: -1, error: "EACCES" }),
  ],
  ["recvmsg(…, SCM_RIGHTS [12]) = 1", call({ kind: "file", name: "recvmsg", argument: "" })],
  ["close(12) = 0", call({ kind: "file", name: "close", argument: "" })],
  [
    "socket(AF_INET (2), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC (0x80801), IPPROTO_TCP (6)) = 14",
    sockets("socket", [...le(2, 8), ...le(0o2004001, 8), ...le(6, 8)]),
  ],
  ["bind(14, {AF_INET (2), 55555, 10.8.0.1}) = 0", sockets("bind", [2, 0, 0xd9, 0x03, 10, 8, 0, 1, ...zeros(8)])],
  ["listen(14, 128) = 0", sockets("listen", le(128, 8))],
  [
    "connect(14, {AF_INET6 (10), 443, fd08::1, 9}) = -1 EINPROGRESS",
    sockets("connect", [10, 0, 1, 0xbb, ...zeros(4), 0xfd, 8, ...zeros(13), 1, ...u32(9)], { error: "EINPROGRESS" }),
  ],
])("%s", (text, made) => {
  expect(callText(made)).toBe(text)
  expect(commandOf(made)).toBeNull()
  const { fields, bytes } = describeCall(made).argument
  expect(fields.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length)
})

const anyCall = fc.record({
  kind: fc.constantFrom("ioctl", "rtnetlink", "setsockopt", "file", "socket"),
  name: fc.constantFrom(
    ...["open", "socket", "bind", "listen", "connect", "close", "recvmsg"],
    "TUNSETIFF",
    "TUNSETPERSIST",
    "SIOCSIFHWADDR",
    "SO_ATTACH_FILTER",
    "SO_LINGER",
    "SO_MARK",
    "x",
  ),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 200 }), bent()),
  answer: fc.oneof(fc.uint8Array({ maxLength: 100 }), bent()),
})

/** Messages that begin rightly, with some bytes changed and the end cut off. */
function bent(): fc.Arbitrary<Uint8Array> {
  const whole = [
    link(attribute(4, u32(1400)), attribute(18, attribute(1, chars("bridge\0")))),
    address("RTM_NEWADDR", 24, attribute(2, [10, 0, 0, 1]), attribute(1, [10, 0, 0, 1])),
    route(create, newRoute(2, 8, 253), inMain, attribute(1, [10, 0, 0, 0]), attribute(18, [10, 0, 1, 2]), throughIt),
  ].map(({ argument }) => Buffer.from(argument, "hex"))
  const changes = fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 4 })
  return fc.tuple(fc.constantFrom(...whole), changes, fc.nat(20)).map(([bytes, changed, cut]) => {
    const other = Uint8Array.from(bytes.subarray(0, Math.max(0, bytes.length - cut)))
    for (const [at, value] of changed) if (at < other.length) other[at] = value
    return other
  })
}

it("whatever the bytes are, nothing throws, and no field leaves them or its parent", () => {
  fc.assert(
    fc.property(anyCall, ({ kind, name, bytes, answer }) => {
      const made = call({ kind, name, argument: hex([...bytes]), answer: hex([...answer]) })
      commandOf(made)
      callText(made)
      const described = describeCall(made)
      expectInside(described.argument.fields, 0, bytes.length)
      if (described.answer !== undefined) expectInside(described.answer.fields, 0, answer.length)
    }),
    { numRuns: 3000 },
  )
})

function expectInside(fields: readonly Field[], start: number, end: number): void {
  for (const field of fields) {
    expect(field.start).toBeGreaterThanOrEqual(start)
    expect(field.start + field.length).toBeLessThanOrEqual(end)
    expectInside(field.children ?? [], field.start, field.start + field.length)
  }
}

function leaves(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.children === undefined ? [field] : leaves(field.children)))
}
