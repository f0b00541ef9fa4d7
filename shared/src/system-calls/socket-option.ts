import type { Field } from "../packets/field.ts"
import { hex, lengthOf, members, type Part, s32, text, u8, u16, u32, whole, within } from "./part.ts"

// How a level is called whose options begin so: asm-generic/socket.h, linux/in.h, linux/netlink.h.
const levels = [
  ["SO_", "SOL_SOCKET"],
  ["TCP_", "IPPROTO_TCP"],
  ["UDP_", "IPPROTO_UDP"],
  ["IPV6_", "IPPROTO_IPV6"],
  ["IP_", "IPPROTO_IP"],
  ["ICMPV6_", "IPPROTO_ICMPV6"],
  ["ICMP_", "SOL_RAW"],
  ["NETLINK_", "SOL_NETLINK"],
] as const

export function levelOf(name: string): string {
  return levels.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "unknown level"
}

const instructionSize = 8

/** linux/filter.h: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k } */
function filterFields(part: Part): Field[] {
  const instructions: Field[] = []
  for (let at = part.start; at < part.end; at += instructionSize) {
    const one = within(part, at, at + instructionSize)
    const inside = members(one, [
      ["code", 0, 2, u16],
      ["jt", 2, 1, u8],
      ["jf", 3, 1, u8],
      ["k", 4, 4, u32],
    ])
    instructions.push(whole(one, "struct sock_filter", hex(one, one.start, lengthOf(one)), inside))
  }
  return instructions
}

/** What an option is set to. Most are an int. */
export function optionFields(name: string, part: Part): Field[] {
  switch (name) {
    case "TCP_CONGESTION":
    case "SO_BINDTODEVICE":
      return [whole(part, "value", text(part, part.start, lengthOf(part)))]
    case "SO_ATTACH_FILTER":
      return filterFields(part)
    case "SO_LINGER":
      return members(part, [
        ["l_onoff", 0, 4, s32],
        ["l_linger", 4, 4, s32],
      ])
    case "SO_RCVTIMEO":
      return members(part, [
        ["tv_sec", 0, 8, s32],
        ["tv_usec", 8, 8, s32],
      ])
    default:
      return lengthOf(part) === 4
        ? members(part, [["value", 0, 4, s32]])
        : [whole(part, "value", hex(part, part.start, lengthOf(part)))]
  }
}
