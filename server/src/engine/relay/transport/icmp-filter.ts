import { type FilterInstruction, filterCode, type IpFamily } from "@tundeck/native-bindings"
import { type EchoMark, echo, markMask } from "./icmp-header.ts"

/**
 * A classic BPF program for a raw ICMP socket: passes messages of one number that one of `marks` describes and, where an
 * identifier is given, that carry it. What the kernel answers by itself, other tunnels' messages and everybody's pings end here,
 * before they wake anyone.
 */
export function echoFilter(
  family: IpFamily,
  marks: readonly EchoMark[],
  identifier: number | undefined,
): FilterInstruction[] {
  const { loadHalf, loadWord, loadHeaderLength, and, jumpIfEqual, return: end } = filterCode
  const drop: FilterInstruction = [end, 0, 0, 0]
  const keep: FilterInstruction = [end, 0, 0, 0xffff_ffff]
  const unless = (k: number): FilterInstruction[] => [[jumpIfEqual, 1, 0, k], drop]
  return [
    // IPv4 sockets see the IP header, IPv6 sockets begin with the ICMP message.
    ...(family === 4 ? ([[loadHeaderLength, 0, 0, 0]] as const) : []),
    ...(identifier === undefined ? [] : ([[loadHalf, 0, 0, echo.identifier], ...unless(identifier)] as const)),
    ...marks.flatMap(({ type, mark, number }): FilterInstruction[] => [
      [loadHalf, 0, 0, echo.type],
      [jumpIfEqual, 0, 6, type],
      [loadWord, 0, 0, echo.magic],
      [and, 0, 0, markMask],
      [jumpIfEqual, 0, 3, mark],
      [loadWord, 0, 0, echo.number],
      [jumpIfEqual, 0, 1, number],
      keep,
    ]),
    drop,
  ]
}
