import type { Said } from "../facts.ts"
import { type Field, type FieldTable, field, missing, readFields, wholeField } from "../field.ts"
import { bits, counted, decimal, flags, hexadecimal } from "../readers.ts"
import { claimed, holds, type Span, seenLength, shortfall, u16, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"
import type { Application } from "./application.ts"
import { readName } from "./dns-name.ts"
import { readRecord, recordClass, recordField, recordTypeName } from "./dns-records.ts"

const at = { id: 0, flags: 2, questions: 4, answers: 6, authorities: 8, additionals: 10, body: 12 } as const // RFC 1035 section 4.1.1
const questionAt = { type: 0, class: 2, end: 4 } as const // RFC 1035 section 4.1.2, after the name
const smallestQuestion = 5
const smallestRecord = 11
const responseBit = 0x8000
const unicastBit = 0x8000 // RFC 6762 section 5.4
const mostQuestions = 3
const mostAnswers = 6
const mostFields = 32

const opcodes = [
  "Standard query",
  "Inverse query",
  "Server status request",
  undefined,
  "Zone change notification",
  "Dynamic update",
] as const
const responseCodes = [
  "",
  "Format error",
  "Server failure",
  "No such name",
  "Not implemented",
  "Refused",
  "Name exists",
  "RRset exists",
  "RRset does not exist",
  "Not authoritative",
  "Name out of zone",
] as const

function describe(protocol: string, message: Span): Said | undefined {
  if (!holds(message, at.body)) return undefined
  const flags = u16(message, at.flags)
  const opcode = opcodes[(flags >> 11) & 0x0f]
  const code = responseCodes[flags & 0x0f]
  if (opcode === undefined || code === undefined || !countsFit(message)) return undefined
  const isResponse = (flags & responseBit) !== 0
  let info = isResponse ? `${opcode} response` : opcode
  info += ` ${hexNumber(u16(message, at.id), 4)}`
  if (isResponse && code !== "") info += ` ${code}`
  return { protocol, info: info + bodyText(message, protocol === "MDNS") }
}

/** The counts of a real message fit into its length; those of other bytes hardly ever do. */
function countsFit(message: Span): boolean {
  const records = u16(message, at.answers) + u16(message, at.authorities) + u16(message, at.additionals)
  return at.body + u16(message, at.questions) * smallestQuestion + records * smallestRecord <= wireLength(message)
}

function bodyText(message: Span, multicast: boolean): string {
  let text = ""
  let offset: number = at.body
  const questions = u16(message, at.questions)
  for (let index = 0; index < Math.min(questions, mostQuestions); index++) {
    const name = readName(message, offset)
    if (name === undefined || name.next + questionAt.end > seenLength(message)) return `${text} ${shortfall(message)}`
    text += ` ${recordTypeName(u16(message, name.next + questionAt.type))} ${name.text}`
    if (multicast)
      text += u16(message, name.next + questionAt.class) & unicastBit ? ', "QU" question' : ', "QM" question'
    offset = name.next + questionAt.end
  }
  if (questions > mostQuestions) return `${text}, ${questions - mostQuestions} more questions`
  const answers = u16(message, at.answers)
  for (let index = 0; index < Math.min(answers, mostAnswers); index++) {
    const record = readRecord(message, offset)
    if (record === undefined) return `${text} ${shortfall(message)}`
    text += ` ${record.text}`
    offset = record.next
  }
  return answers > mostAnswers ? `${text}, ${answers - mostAnswers} more answers` : text
}

const fields: FieldTable = [
  ["Transaction ID", at.id, 2, hexadecimal],
  ["Kind", at.flags, 2, bits(15, 1, (value) => (value === 0 ? "query" : "response"))],
  ["Opcode", at.flags, 2, bits(11, 4, (value) => `${opcodes[value] ?? "unknown"} (${value})`)],
  [
    "Flags",
    at.flags,
    2,
    flags(
      [
        [0x0400, "authoritative"],
        [0x0200, "truncated"],
        [0x0100, "recursion desired"],
        [0x0080, "recursion available"],
        [0x0020, "authenticated data"],
        [0x0010, "checking disabled"],
      ],
      0x07f0,
    ),
  ],
  [
    "Reply code",
    at.flags,
    2,
    bits(0, 4, (value) => `${responseCodes[value] || (value === 0 ? "No error" : "unknown")} (${value})`),
  ],
  ["Questions", at.questions, 2, decimal],
  ["Answer RRs", at.answers, 2, decimal],
  ["Authority RRs", at.authorities, 2, decimal],
  ["Additional RRs", at.additionals, 2, decimal],
]
const sections = [
  ["Answers", at.answers],
  ["Authoritative nameservers", at.authorities],
  ["Additional records", at.additionals],
] as const

function fieldsOf(message: Span): Field[] {
  const found = readFields(message, fields)
  let room = mostFields
  let offset: number = at.body
  /** False when the rest cannot be read. */
  const section = (
    name: string,
    count: number,
    read: (offset: number) => { field: Field; next: number } | undefined,
  ) => {
    const children: Field[] = []
    const start = offset
    let whole = true
    while (whole && children.length < count && room > 0) {
      const one = read(offset)
      whole = one !== undefined
      children.push(one?.field ?? missing(message, offset))
      if (one === undefined) offset = seenLength(message)
      else offset = one.next
      room--
    }
    if (count > 0) found.push(field(message, name, start, offset - start, String(count), children))
    return whole && room > 0
  }
  if (!section("Queries", u16(message, at.questions), (where) => questionField(message, where))) return found
  for (const [name, countAt] of sections) {
    if (!section(name, u16(message, countAt), (where) => recordField(message, where))) return found
  }
  return found
}

function questionField(message: Span, offset: number): { field: Field; next: number } | undefined {
  const name = readName(message, offset)
  if (name === undefined || name.next + questionAt.end > seenLength(message)) return undefined
  const kind = recordTypeName(u16(message, name.next + questionAt.type))
  const children = [
    field(message, "Name", offset, name.next - offset, name.text),
    field(message, "Type", name.next + questionAt.type, 2, kind),
    field(message, "Class", name.next + questionAt.class, 2, recordClass(message, name.next + questionAt.class)),
  ]
  const next = name.next + questionAt.end
  return { field: field(message, "Query", offset, next - offset, `${name.text}: ${kind}`, children), next }
}

function overUdp(name: string, protocol: string): Application {
  return { name, describe: (message) => describe(protocol, message), fields: fieldsOf }
}

export const dns = overUdp("Domain Name System", "DNS")
export const mdns = overUdp("Multicast Domain Name System", "MDNS")
export const llmnr = overUdp("Link-local Multicast Name Resolution", "LLMNR")

const streamAt = { length: 0, message: 2 } as const // RFC 1035 section 4.2.2: each message has its length before it

function firstOfStream(payload: Span): Span {
  return claimed(payload, streamAt.message, u16(payload, streamAt.length))
}

export const dnsOverTcp: Application = {
  name: "Domain Name System",
  describe: (payload) => describe("DNS", firstOfStream(payload)),
  fields(payload) {
    const message = firstOfStream(payload)
    const length = readFields(payload, [["Length", streamAt.length, 2, counted("bytes")]])
    return [...length, wholeField(message, "Message", `${wireLength(message)} bytes`, fieldsOf(message))]
  },
}
