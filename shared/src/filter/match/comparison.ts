import type { PacketKey } from "../key/key-shape.ts"
import type { Arithmetic, NumberField, Test } from "../language/tree.ts"
import type { FilteredRow, Predicate } from "./row.ts"

/** A number of 32 bits; -1 where the packet has no such field: then no comparison holds, as in pcap. */
type Reader = (row: FilteredRow) => number
const absent = -1

export function compileComparison({ left, operator, right }: Extract<Test, { kind: "compare" }>): Predicate {
  const a = compileNumber(left)
  const b = compileNumber(right)
  const holds = comparing[operator]
  return (row) => {
    const first = a(row)
    const second = b(row)
    return first !== absent && second !== absent && holds(first, second)
  }
}

const comparing = {
  "==": (a: number, b: number) => a === b,
  "!=": (a: number, b: number) => a !== b,
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
} as const

const operating = {
  "|": (a: number, b: number) => a | b,
  "^": (a: number, b: number) => a ^ b,
  "&": (a: number, b: number) => a & b,
  "<<": (a: number, b: number) => (b > 31 ? 0 : a << b),
  ">>": (a: number, b: number) => (b > 31 ? 0 : a >>> b),
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": Math.imul,
} as const

const icmp = 1
const icmp6 = 58
const carries = ({ ip }: PacketKey, protocol: number) => ip?.at(-1)?.protocols.at(-1) === protocol

const reading: Readonly<Record<NumberField, Reader>> = {
  length: ({ length }) => length,
  hopLimit: ({ key }) => key.ip?.[0]?.hopLimit ?? absent,
  tcpFlags: ({ key }) => key.tcpFlags ?? absent,
  icmpType: ({ key }) => (carries(key, icmp) ? (key.icmpType ?? absent) : absent),
  icmpCode: ({ key }) => (carries(key, icmp) ? (key.icmpCode ?? absent) : absent),
  icmpMtu: ({ key }) => (carries(key, icmp) ? (key.mtu ?? absent) : absent),
  icmp6Type: ({ key }) => (carries(key, icmp6) ? (key.icmpType ?? absent) : absent),
  icmp6Code: ({ key }) => (carries(key, icmp6) ? (key.icmpCode ?? absent) : absent),
  icmp6Mtu: ({ key }) => (carries(key, icmp6) ? (key.mtu ?? absent) : absent),
  arpOperation: ({ key }) => key.arp?.operation ?? absent,
}

function compileNumber(number: Arithmetic): Reader {
  switch (number.kind) {
    case "number": {
      const { value } = number
      return () => value
    }
    case "field":
      return reading[number.field]
    case "operation": {
      const left = compileNumber(number.left)
      const right = compileNumber(number.right)
      const operate = operating[number.operator]
      return (row) => {
        const a = left(row)
        const b = right(row)
        return a === absent || b === absent ? absent : operate(a, b) >>> 0
      }
    }
  }
}
