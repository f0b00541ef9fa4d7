import type { Said } from "../facts.ts"
import { holds, type Span, seenLength, shortfall, u16, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"
import { readName } from "./dns-name.ts"
import { readRecord, recordTypeName } from "./dns-records.ts"

const at = { id: 0, flags: 2, questions: 4, answers: 6, authorities: 8, additionals: 10, body: 12 } as const // RFC 1035 section 4.1.1
const questionAt = { type: 0, class: 2, end: 4 } as const // RFC 1035 section 4.1.2, after the name
const smallestQuestion = 5
const smallestRecord = 11
const responseBit = 0x8000
const unicastBit = 0x8000 // RFC 6762 section 5.4
const mostQuestions = 3
const mostAnswers = 6

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

export function describeDns(message: Span): Said | undefined {
  return describe("DNS", message)
}

export function describeMdns(message: Span): Said | undefined {
  return describe("MDNS", message)
}

export function describeLlmnr(message: Span): Said | undefined {
  return describe("LLMNR", message)
}

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
