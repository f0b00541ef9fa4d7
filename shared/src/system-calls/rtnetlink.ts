import type { Field } from "../packets/field.ts"
import { align4, attributeFields, attributeValues } from "./attributes.ts"
import { lengthOf, members, type Part, textOf, whole, wholePart, within } from "./part.ts"
import { bodies, errorAttributes, headerSize, headers, messageFlag, messageTypes } from "./rtnetlink-tables.ts"

const messageError = 2 // linux/netlink.h: NLMSG_ERROR
const messageCapped = 0x100 // NLM_F_CAPPED: the request is not repeated after its header

/** nlmsg_type, as far as it is there. */
export function messageType(message: Part): number {
  return lengthOf(message) < headerSize ? 0 : message.view.getUint16(message.start + 4, true)
}

export function messageFlags(message: Part): number {
  return lengthOf(message) < headerSize ? 0 : message.view.getUint16(message.start + 6, true)
}

const newLink = 16 // linux/rtnetlink.h: RTM_NEWLINK
const interfaceName = 3 // linux/if_link.h: IFLA_IFNAME

/** What a message calls an interface from now on that is there already. */
export function renamedTo(bytes: Uint8Array): string | undefined {
  const message = wholePart(bytes)
  const body = bodies[newLink]
  if (messageType(message) !== newLink || body === undefined) return undefined
  if ((messageFlags(message) & messageFlag.create) !== 0) return undefined
  const name = attributeValues(within(message, message.start + headerSize + body.size)).get(interfaceName)
  return name && textOf(name.bytes.subarray(name.start, name.end))
}

/** A message as it was sent: header, structure, attributes. */
export function requestFields(message: Part): Field[] {
  const type = messageType(message)
  const isDeletion = type % 2 === 1 // RTM_DEL… is one more than RTM_NEW…
  const head = within(message, message.start, message.start + headerSize)
  const header = whole(
    head,
    "struct nlmsghdr",
    nameOf(type),
    members(head, isDeletion ? headers.deletion : headers.request),
  )
  return [header, ...bodyFields(within(message, head.end), type)]
}

function bodyFields(part: Part, type: number): Field[] {
  if (lengthOf(part) === 0) return []
  const body = bodies[type]
  if (body === undefined) return [whole(part, "payload", `${lengthOf(part)} bytes`)]
  const structure = within(part, part.start, part.start + body.size)
  const fields = members(structure, body.members)
  return [
    whole(structure, body.structure, `${body.size} bytes`, fields),
    ...attributeFields(within(part, structure.end), body.attributes),
  ]
}

/** The kernel's acknowledgement: struct nlmsgerr, which repeats the request's header, and what else it says. */
export function answerFields(message: Part): Field[] {
  const head = within(message, message.start, message.start + headerSize)
  const header = whole(head, "struct nlmsghdr", nameOf(messageType(message)), members(head, headers.answer))
  const rest = within(message, head.end)
  if (messageType(message) !== messageError || lengthOf(rest) < 4) {
    return lengthOf(rest) === 0 ? [header] : [header, whole(rest, "payload", `${lengthOf(rest)} bytes`)]
  }
  const error = within(rest, rest.start, rest.start + 4)
  const repeated = within(rest, error.end, error.end + headerSize)
  const repeatedType = messageType(repeated)
  return [
    header,
    whole(error, "error", errorText(rest.view.getInt32(error.start, true))),
    ...(lengthOf(repeated) === 0
      ? []
      : [whole(repeated, "the request's nlmsghdr", nameOf(repeatedType), members(repeated, headers.request))]),
    ...errorAttributeFields(message, repeated),
  ]
}

function errorAttributeFields(message: Part, repeated: Part): Field[] {
  const isCapped = (messageFlags(message) & messageCapped) !== 0
  const length = lengthOf(repeated) < 4 ? 0 : repeated.view.getUint32(repeated.start, true)
  const end = isCapped ? repeated.end : Math.min(repeated.start + align4(length), message.end)
  const request = within(message, repeated.end, end)
  return [
    ...(lengthOf(request) === 0 ? [] : [whole(request, "the request", `${lengthOf(request)} bytes`)]),
    ...attributeFields(within(message, request.end), errorAttributes),
  ]
}

/** nlmsgerr holds 0, or a negative errno. */
function errorText(value: number): string {
  return value === 0 ? "0: done" : String(value)
}

export function nameOf(type: number): string {
  const names: Readonly<Record<number, string>> = messageTypes
  return names[type] ?? `message ${type}`
}
