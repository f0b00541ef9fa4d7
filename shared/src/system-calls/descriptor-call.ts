import type { SystemCall } from "../model/system-call.ts"
import type { Field } from "../packets/field.ts"
import {
  flags,
  hex,
  lengthOf,
  type Members,
  members,
  named,
  type Part,
  type Read,
  s32,
  text,
  u16,
  u32,
  unused,
  whole,
  within,
} from "./part.ts"
import { address } from "./rtnetlink-tables.ts"

// Calls that open, bind, connect and close, whatever the descriptor is of.

// asm-generic/fcntl.h; access modes are a number in the lowest two bits.
const accessModes = ["O_RDONLY", "O_WRONLY", "O_RDWR"]
const openFlags: Read = flags(
  [
    [0o4000, "O_NONBLOCK"],
    [0o2000000, "O_CLOEXEC"],
  ],
  s32,
)
const openMode: Read = (part, at, length) =>
  `${accessModes[part.view.getInt32(at, true) & 3] ?? "?"} | ${openFlags(part, at, length)}`

// linux/socket.h, linux/net.h, linux/in.h
const families = { 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET" }
const protocols = { 0: "IPPROTO_IP", 1: "IPPROTO_ICMP", 6: "IPPROTO_TCP", 17: "IPPROTO_UDP", 58: "IPPROTO_ICMPV6" }
const types = ["", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"]
const typeFlags: Read = flags(
  [
    [0o4000, "SOCK_NONBLOCK"],
    [0o2000000, "SOCK_CLOEXEC"],
  ],
  s32,
)
const socketKind: Read = (part, at, length) =>
  `${types[part.view.getInt32(at, true) & 15] || "?"} | ${typeFlags(part, at, length)}`

const bigEndian16: Read = ({ view }, at) => String(view.getUint16(at))
const bigEndian32: Read = ({ view }, at) => String(view.getUint32(at))

const socketArguments: Members = [
  ["domain", 0, 8, named(families, s32)],
  ["type", 8, 8, socketKind],
  ["protocol", 16, 8, named(protocols, s32)],
]

/** linux/in.h, linux/in6.h: struct sockaddr_in, struct sockaddr_in6 */
const addresses: Readonly<Record<number, Members>> = {
  2: [
    ["sin_family", 0, 2, named(families, u16)],
    ["sin_port", 2, 2, bigEndian16],
    ["sin_addr", 4, 4, address],
    ["sin_zero", 8, 8, unused],
  ],
  10: [
    ["sin6_family", 0, 2, named(families, u16)],
    ["sin6_port", 2, 2, bigEndian16],
    ["sin6_flowinfo", 4, 4, bigEndian32],
    ["sin6_addr", 8, 16, address],
    ["sin6_scope_id", 24, 4, u32],
  ],
}

/** What such a call was given. */
export function descriptorFields(name: string, part: Part): Field[] {
  switch (name) {
    case "open":
      return [...members(part, [["flags", 0, 8, openMode]]), ...pathFields(within(part, part.start + 8))]
    case "socket":
      return members(part, socketArguments)
    case "listen":
      return members(part, [["backlog", 0, 8, s32]])
    case "bind":
    case "connect":
      return addressFields(part)
    default:
      return lengthOf(part) === 0 ? [] : [whole(part, "argument", hex(part, part.start, lengthOf(part)))]
  }
}

function pathFields(part: Part): Field[] {
  return lengthOf(part) === 0 ? [] : [whole(part, "pathname", text(part, part.start, lengthOf(part)))]
}

function addressFields(part: Part): Field[] {
  const family = lengthOf(part) < 2 ? 0 : part.view.getUint16(part.start, true)
  return members(part, addresses[family] ?? [["sa_family", 0, 2, named(families, u16)]])
}

/** As strace would show it, without its result. */
export function descriptorText({ name, fd }: Pick<SystemCall, "name" | "fd">, fields: readonly Field[]): string {
  const said = fields.filter(({ name, text }) => text !== "unused" && name !== "sin6_flowinfo").map(({ text }) => text)
  switch (name) {
    case "open":
      return `open("${said[1] ?? ""}", ${said[0] ?? ""})`
    case "socket":
      return `socket(${said.join(", ")})`
    case "recvmsg":
      return `recvmsg(…, SCM_RIGHTS [${fd}])`
    case "bind":
    case "connect":
      return `${name}(${fd}, {${said.join(", ")}})`
    default:
      return `${name}(${[fd, ...said].join(", ")})`
  }
}

/** What it answers when it is done. */
export function descriptorResult({ name, fd }: Pick<SystemCall, "name" | "fd">): string {
  return name === "open" || name === "socket" ? String(fd) : name === "recvmsg" ? "1" : "0"
}
