import type { Said } from "../facts.ts"
import { dataField, type Field, type FieldTable, readFields, wholeField } from "../field.ts"
import { bits, counted, decimal, hexadecimal } from "../readers.ts"
import { claimed, holds, type Span, u8, u16, wireLength, within } from "../span.ts"
import { hexAt } from "../text.ts"
import type { Application } from "./application.ts"

// OpenVPN's wire protocol: an opcode and a key, then by opcode. What follows depends on options that do not show.
const at = { opcode: 0, session: 1, peer: 1, controlEnd: 9, dataEnd: 4 } as const
const dataVersion1 = 6
const dataVersion2 = 9
const smallestData = 18 // the shortest of its tags, and a packet number

const names = new Map<number, string>([
  [1, "P_CONTROL_HARD_RESET_CLIENT_V1"],
  [2, "P_CONTROL_HARD_RESET_SERVER_V1"],
  [3, "P_CONTROL_SOFT_RESET_V1"],
  [4, "P_CONTROL_V1"],
  [5, "P_ACK_V1"],
  [6, "P_DATA_V1"],
  [7, "P_CONTROL_HARD_RESET_CLIENT_V2"],
  [8, "P_CONTROL_HARD_RESET_SERVER_V2"],
  [9, "P_DATA_V2"],
  [10, "P_CONTROL_HARD_RESET_CLIENT_V3"],
  [11, "P_CONTROL_WKC_V1"],
])
const hardResets = new Set([1, 2, 7, 8, 10])

function describe(message: Span): Said | undefined {
  const opcode = u8(message, at.opcode) >> 3
  const key = u8(message, at.opcode) & 7
  const name = names.get(opcode)
  const isData = opcode === dataVersion1 || opcode === dataVersion2
  const smallest = isData ? smallestData : at.controlEnd
  if (name === undefined || wireLength(message) < smallest || (hardResets.has(opcode) && key !== 0)) return undefined
  const session = !isData && holds(message, at.controlEnd) ? ` session=${hexAt(message, at.session, 8)}` : ""
  return { protocol: "OpenVPN", info: `MessageType: ${name} key=${key}${session} len=${wireLength(message)}` }
}

const head: FieldTable = [
  ["Opcode", at.opcode, 1, bits(3, 5, (opcode) => `${names.get(opcode)} (${opcode})`)],
  ["Key ID", at.opcode, 1, bits(0, 3)],
]
const controlFields: FieldTable = [...head, ["Session ID", at.session, 8, hexadecimal]]
const peerFields: FieldTable = [...head, ["Peer ID", at.peer, 3, decimal]]

function fieldsOf(message: Span): Field[] {
  const opcode = u8(message, at.opcode) >> 3
  if (opcode === dataVersion1) return [...readFields(message, head), ...dataField(within(message, 1), "Encrypted Data")]
  if (opcode === dataVersion2)
    return [...readFields(message, peerFields), ...dataField(within(message, at.dataEnd), "Encrypted Data")]
  return [...readFields(message, controlFields), ...dataField(within(message, at.controlEnd))]
}

export const openvpn: Application = { name: "OpenVPN Protocol", describe, fields: fieldsOf }

const streamAt = { length: 0, message: 2 } as const // over TCP each message has its length before it

function firstOfStream(payload: Span): Span {
  return claimed(payload, streamAt.message, u16(payload, streamAt.length))
}

export const openvpnOverTcp: Application = {
  name: "OpenVPN Protocol",
  describe: (payload) => describe(firstOfStream(payload)),
  fields(payload) {
    const message = firstOfStream(payload)
    const length = readFields(payload, [["Packet Length", streamAt.length, 2, counted("bytes")]])
    return [...length, wholeField(message, "Message", `${wireLength(message)} bytes`, fieldsOf(message))]
  },
}
