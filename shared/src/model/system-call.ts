import { z } from "zod"

/** Calls that the engine made of the kernel to change something: none that moves a packet, none that only reads. */

const hex = z.string().regex(/^([0-9a-f]{2})*$/)

const systemCallKind = z.enum(["ioctl", "rtnetlink", "setsockopt", "file", "socket"])

/** Why a call was made. */
export const callCause = z.strictObject({
  request: z.string().max(64).nullable().describe("The API call's `x-request-id`; null: the engine acted by itself"),
  action: z
    .string()
    .max(64)
    .describe("The API's operation, such as createInterface; or heal, reconnect, wanted.set, engine"),
})

export const systemCall = callCause.extend({
  number: z.int().describe("Counts up while the engine lives"),
  time: z.number().describe("Unix time in ms"),
  interface: z.string().nullable().describe("Whom it was about, as it was called before"),
  tunnel: z.string().nullable().describe("Of a tunnel's socket or device: its id"),
  kind: systemCallKind,
  name: z.string().describe("In the headers' words: TUNSETIFF, RTM_NEWADDR, TCP_NODELAY; or the call's: open, connect"),
  fd: z.int().describe("That it was made on, or that it made; -1: it made none"),
  argument: hex.describe("What the kernel was given; the whole message of rtnetlink"),
  isByValue: z.boolean().describe("The argument is numbers, here as eight bytes each, little-endian"),
  answer: hex.describe("The structure as the call left it, or the message that acknowledges"),
  error: z.string().nullable().describe("The errno's name; null: done"),
  detail: z.string().nullable().describe("The kernel's own sentence"),
  interfaces: z
    .array(z.object({ index: z.int(), name: z.string(), kind: z.enum(["tun", "tap"]).optional() }))
    .describe("Names of the indices in it"),
})

export const systemCallQuery = z.strictObject({
  request: z.string().min(1).max(64).optional().describe("Of one API call: the `x-request-id` of its answer"),
  interface: z.string().min(1).max(64).optional().describe("About this interface, also while it had another name"),
  tunnel: z.string().min(1).max(64).optional().describe("Of this tunnel: its id or name"),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe("The latest so many"),
})

export const systemCallWish = systemCallQuery.extend({ limit: z.int().min(1).max(1000) })

/** With the command that a person would type for it. */
export const systemCallView = systemCall.extend({
  command: z
    .string()
    .nullable()
    .describe("The equal command of ip or, for the owner of a tap, of tunctl; null: there is none"),
})

export type CallCause = z.infer<typeof callCause>
export type SystemCall = z.infer<typeof systemCall>
export type SystemCallView = z.infer<typeof systemCallView>
export type SystemCallWish = z.infer<typeof systemCallWish>
