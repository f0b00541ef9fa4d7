import { type FilterInstruction, filterCode, type IpFamily } from "@tundeck/native-bindings"
import { type EchoMark, echo, markMask } from "./icmp-header.ts"

/**
 * A classic BPF program for a raw ICMP socket: passes the messages that `mark` describes and, where an identifier is
 * given, that carry it. What the kernel answers by itself, other tunnels' messages and everybody's pings end here,
 * before they wake anyone.
 */
export function echoFilter(family: IpFamily, mark: EchoMark, identifier: number | undefined): FilterInstruction[] {
  const wanted: FilterInstruction[] = [
    [filterCode.loadHalf, 0, 0, echo.type],
    [filterCode.jumpIfEqual, 0, 0, mark.type],
    [filterCode.loadWord, 0, 0, echo.magic],
    [filterCode.and, 0, 0, markMask],
    [filterCode.jumpIfEqual, 0, 0, mark.mark],
    [filterCode.loadWord, 0, 0, echo.number],
    [filterCode.jumpIfEqual, 0, 0, mark.number],
  ]
  if (identifier !== undefined) {
    wanted.push([filterCode.loadHalf, 0, 0, echo.identifier], [filterCode.jumpIfEqual, 0, 0, identifier])
  }
  return [
    // IPv4 sockets see the IP header, IPv6 sockets begin with the ICMP message.
    ...(family === 4 ? ([[filterCode.loadHeaderLength, 0, 0, 0]] as const) : []),
    ...wanted.map((instruction, index): FilterInstruction => {
      const [code, , , k] = instruction
      const toDrop = wanted.length - index
      return code === filterCode.jumpIfEqual ? [code, 0, toDrop, k] : instruction
    }),
    [filterCode.return, 0, 0, 0xffff_ffff],
    [filterCode.return, 0, 0, 0],
  ]
}
