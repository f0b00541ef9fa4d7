import type { SystemCall } from "../model/system-call.ts"
import { attributeValues } from "./attributes.ts"
import { type DescribableCall, partOf } from "./describe-call.ts"
import { tunFlag } from "./ioctl.ts"
import { lengthOf, macAddress, type Part, textOf, within } from "./part.ts"
import { messageFlags, messageType } from "./rtnetlink.ts"
import { address, bodies, headerSize, messageFlag } from "./rtnetlink-tables.ts"

type CommandCall = DescribableCall & Pick<SystemCall, "interface">

/** What a person would type to make the same call, or one with the same effect; null: no command does it. */
export function commandOf(call: CommandCall): string | null {
  const part = partOf(call, call.argument)
  const words = call.kind === "rtnetlink" ? rtnetlinkWords(call, part) : ioctlWords(call, part)
  return words === null ? null : words.map(quoted).join(" ")
}

type Words = readonly string[] | null

function ioctlWords({ kind, name, interface: about, interfaces }: CommandCall, part: Part): Words {
  if (kind !== "ioctl" || about === null) return null
  const mode = interfaces.find((one) => one.name === about)?.kind
  switch (name) {
    case "TUNSETIFF":
      return attachWords(about, part)
    case "TUNSETPERSIST":
      // `ip tuntap add` has made it persistent.
      return numberOf(part) === 0 && mode !== undefined ? ["ip", "tuntap", "delete", "dev", about, "mode", mode] : null
    case "TUNSETOWNER":
      return ownerWords(about, mode, "-u", part)
    case "TUNSETGROUP":
      return ownerWords(about, mode, "-g", part)
    case "TUNSETCARRIER":
      return ["ip", "link", "set", "dev", about, "carrier", numberOf(part) === 0 ? "off" : "on"]
    case "SIOCSIFHWADDR":
      return lengthOf(part) < 24 ? null : ["ip", "link", "set", "dev", about, "address", macAddress(part, 18, 6)]
    default:
      return null
  }
}

/** Of an interface that is there `ip` changes no owner, and Debian's tunctl knows no tun. */
function ownerWords(about: string, mode: "tun" | "tap" | undefined, option: "-u" | "-g", part: Part): Words {
  const number = numberOf(part)
  return mode === "tap" && number >= 0 ? ["tunctl", "-t", about, option, String(number)] : null
}

/** Only for one that is made: no command attaches to an interface that is there. */
function attachWords(name: string, part: Part): Words {
  if (lengthOf(part) < 18) return null
  const flags = part.view.getUint16(16, true)
  const isNew = (flags & tunFlag.exclusive) !== 0 || textOf(part.bytes.subarray(0, 16)) === ""
  if (!isNew) return null
  return [
    ...["ip", "tuntap", "add", "dev", name, "mode", (flags & tunFlag.tap) === 0 ? "tun" : "tap"],
    ...((flags & tunFlag.noPacketInformation) === 0 ? ["pi"] : []),
    ...((flags & tunFlag.vnetHeader) === 0 ? [] : ["vnet_hdr"]),
    ...((flags & tunFlag.multiQueue) === 0 ? [] : ["multi_queue"]),
  ]
}

function numberOf(part: Part): number {
  return lengthOf(part) < 4 ? 0 : part.view.getInt32(part.start, true)
}

function rtnetlinkWords(call: CommandCall, message: Part): Words {
  const type = messageType(message)
  const body = bodies[type]
  const start = message.start + headerSize
  if (body === undefined || start + body.size > message.end) return null
  const structure = within(message, start, start + body.size)
  const request: Request = {
    ...{ structure, values: attributeValues(within(message, structure.end)), flags: messageFlags(message) },
    about: call.interface,
  }
  switch (type) {
    case 16:
      return linkWords(request)
    case 17:
      return request.about === null ? null : ["ip", "link", "delete", "dev", request.about]
    case 20:
      return addressWords(request, isReplacing(request) ? "replace" : "add")
    case 21:
      return addressWords(request, "delete")
    case 24:
      return routeWords(request, isReplacing(request) ? "replace" : "add")
    default:
      return routeWords(request, "delete")
  }
}

interface Request {
  structure: Part
  values: ReadonlyMap<number, Part>
  flags: number
  about: string | null
}

function isReplacing({ flags }: Request): boolean {
  return (flags & messageFlag.replace) !== 0
}

/** The value of an attribute, said by `say`; nothing when there is none or it is too short. */
function wordsOf({ values }: Request, type: number, bytes: number, say: (part: Part) => readonly string[]) {
  const value = values.get(type)
  return value === undefined || lengthOf(value) < bytes ? [] : say(value)
}

function u32(part: Part): number {
  return part.view.getUint32(part.start, true)
}

// The numbers are those of rtnetlink-tables.ts: IFLA_*, IFA_*, RTA_*.

function linkWords(request: Request): Words {
  const { structure, values, flags, about } = request
  const name = values.get(3)
  if ((flags & messageFlag.create) !== 0) return name === undefined ? null : newLinkWords(request, nameIn(name))
  if (about === null) return null
  const isUpMeant = (structure.view.getUint32(structure.start + 12, true) & 1) !== 0
  const isUp = (structure.view.getUint32(structure.start + 8, true) & 1) !== 0
  const changes = [
    ...(isUpMeant ? [isUp ? "up" : "down"] : []),
    ...wordsOf(request, 3, 1, (part) => ["name", nameIn(part)]),
    ...wordsOf(request, 4, 4, (part) => ["mtu", String(u32(part))]),
    ...wordsOf(request, 1, 6, (part) => ["address", macAddress(part, part.start, 6)]),
    ...wordsOf(request, 10, 4, (part) => masterWords(part)),
    ...wordsOf(request, 13, 4, (part) => ["txqueuelen", String(u32(part))]),
  ]
  return changes.length === 0 ? null : ["ip", "link", "set", "dev", about, ...changes]
}

function newLinkWords({ values }: Request, name: string): Words {
  const information = values.get(18)
  const kind = information && attributeValues(information).get(1)
  return kind === undefined ? null : ["ip", "link", "add", name, "type", nameIn(kind)]
}

function nameIn({ bytes, start, end }: Part): string {
  return textOf(bytes.subarray(start, end))
}

function masterWords(part: Part): string[] {
  const index = u32(part)
  // `ip` takes if7 for the interface with that index.
  return index === 0 ? ["nomaster"] : ["master", part.names.get(index) ?? `if${index}`]
}

function addressWords(request: Request, verb: "add" | "replace" | "delete"): Words {
  const { structure, values, about } = request
  const other = values.get(1)
  const local = values.get(2) ?? other
  if (local === undefined || about === null) return null
  const prefixLength = structure.view.getUint8(structure.start + 1)
  const own = addressIn(local)
  const peer = other === undefined ? own : addressIn(other)
  const whose = peer === own ? [`${own}/${prefixLength}`] : [own, "peer", `${peer}/${prefixLength}`]
  const flags = wordsOf(request, 8, 4, (part) => [
    ...((u32(part) & 0x02) === 0 ? [] : ["nodad"]),
    ...((u32(part) & 0x200) === 0 ? [] : ["noprefixroute"]),
  ])
  const broadcast = wordsOf(request, 4, 4, (part) => ["broadcast", addressIn(part)])
  return ["ip", "address", verb, ...whose, ...broadcast, "dev", about, ...flags]
}

function addressIn(part: Part): string {
  return address(part, part.start, lengthOf(part))
}

const mainTable = 254
const protocolNames: Readonly<Record<number, string>> = { 2: "kernel", 3: "boot", 4: "static" }
const scopeNames: Readonly<Record<number, string>> = { 0: "global", 253: "link", 254: "host" }

function routeWords(request: Request, verb: "add" | "replace" | "delete"): Words {
  const { structure, values, about } = request
  const header = (offset: number) => structure.view.getUint8(structure.start + offset)
  const isIpv6 = header(0) === 10
  const destination = values.get(1)
  const everywhere = isIpv6 ? "::" : "0.0.0.0"
  const isOnLink = !isIpv6 && !values.has(5) && !values.has(18)
  // What `ip` itself would fill in: protocol boot, and the scope that the gateway implies; in a deletion neither.
  const scope = verb === "delete" ? 255 : isOnLink ? 253 : 0
  const protocol = verb === "delete" ? 0 : 3
  return [
    ...["ip", "route", verb, `${destination === undefined ? everywhere : addressIn(destination)}/${header(1)}`],
    ...wordsOf(request, 5, 4, (part) => ["via", addressIn(part)]),
    ...wordsOf(request, 18, 6, (part) => viaWords(part)),
    ...(about === null ? [] : ["dev", about]),
    ...wordsOf(request, 15, 4, (part) => (u32(part) === mainTable ? [] : ["table", String(u32(part))])),
    ...wordsOf(request, 6, 4, (part) => ["metric", String(u32(part))]),
    ...wordsOf(request, 7, 4, (part) => ["src", addressIn(part)]),
    ...(header(5) === protocol ? [] : ["proto", protocolNames[header(5)] ?? String(header(5))]),
    ...(header(6) === scope ? [] : ["scope", scopeNames[header(6)] ?? String(header(6))]),
  ]
}

/** A gateway of the other family. */
function viaWords(part: Part): string[] {
  const gateway = addressIn(within(part, part.start + 2))
  return ["via", gateway.includes(":") ? "inet6" : "inet", gateway]
}

/** Names may be anything the kernel takes: no shell shall read more in one than it is. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
