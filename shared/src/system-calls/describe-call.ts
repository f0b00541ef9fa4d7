import type { SystemCall } from "../model/system-call.ts"
import type { Field } from "../packets/field.ts"
import { descriptorFields, descriptorResult, descriptorText } from "./descriptor-call.ts"
import { ioctls } from "./ioctl.ts"
import { hex, lengthOf, members, type Part, whole, wholePart } from "./part.ts"
import { answerFields, requestFields } from "./rtnetlink.ts"
import { levelOf, optionFields } from "./socket-option.ts"

export type DescribableCall = Pick<SystemCall, "kind" | "name" | "fd" | "argument" | "answer" | "error" | "interfaces">

/** Bytes, and what they mean, byte by byte. */
export interface DescribedBytes {
  bytes: Uint8Array
  fields: readonly Field[]
}

export interface DescribedCall {
  /** What the kernel was given. */
  argument: DescribedBytes
  /** What came back; undefined when nothing did. */
  answer: DescribedBytes | undefined
}

export function describeCall(call: DescribableCall): DescribedCall {
  const argument = partOf(call, call.argument)
  const answer = partOf(call, call.answer)
  return {
    argument: { bytes: argument.bytes, fields: fieldsOf(call, argument) },
    answer:
      lengthOf(answer) === 0
        ? undefined
        : {
            bytes: answer.bytes,
            fields: call.kind === "rtnetlink" ? answerFields(answer) : fieldsOf(call, answer),
          },
  }
}

/** As strace would show it: `ioctl(12, TUNSETIFF, {"tun7", IFF_TUN | IFF_NO_PI (0x1001)}) = 0`. */
export function callText(call: DescribableCall): string {
  const { fields } = describeCall(call).argument
  return `${callOf(call, fields)} = ${call.error === null ? resultOf(call) : `-1 ${call.error}`}`
}

function isOnDescriptor({ kind }: DescribableCall): boolean {
  return kind === "file" || kind === "socket"
}

function resultOf(call: DescribableCall): string {
  return isOnDescriptor(call) ? descriptorResult(call) : "0"
}

function callOf(call: DescribableCall, fields: readonly Field[]): string {
  const { kind, name, fd } = call
  if (isOnDescriptor(call)) return descriptorText(call, fields)
  if (kind === "setsockopt") {
    return `setsockopt(${fd}, ${levelOf(name)}, ${name}, ${fields.length === 1 ? fields[0]?.text : `${fields.length} values`})`
  }
  if (kind === "ioctl") {
    const said = fields.filter(({ text }) => text !== "unused")
    const [only] = said
    return `ioctl(${fd}, ${name}, ${said.length === 1 ? only?.text : `{${said.map(({ text }) => text).join(", ")}}`})`
  }
  const [, structure, ...attributes] = fields
  const members = (structure?.children ?? []).filter(({ name }) => worthSaying.has(name))
  const said = [...members, ...attributes].map(({ name, text }) => `${name} ${text}`)
  return `${name} {${said.join(", ")}}`
}

const worthSaying = new Set(["ifi_index", "ifi_flags", "ifi_change", "ifa_index", "ifa_prefixlen", "rtm_dst_len"])

function fieldsOf({ kind, name }: DescribableCall, part: Part): Field[] {
  if (kind === "rtnetlink") return requestFields(part)
  if (kind === "setsockopt") return optionFields(name, part)
  if (kind === "file" || kind === "socket") return descriptorFields(name, part)
  const table = ioctls[name]
  return table === undefined ? [whole(part, "argument", hex(part, part.start, lengthOf(part)))] : members(part, table)
}

export function partOf({ interfaces }: Pick<SystemCall, "interfaces">, text: string): Part {
  return wholePart(bytesOf(text), new Map(interfaces.map(({ index, name }) => [index, name])))
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16)
  return bytes
}
