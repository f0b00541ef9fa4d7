import { type Direction, type InterfaceView, type PacketWish, packetWish, parsePrefix } from "@tundeck/shared"
import { neighbour } from "./neighbour.ts"

export const kinds = ["echo", "udp", "tcp-syn", "arp", "raw"] as const
export type PacketKind = (typeof kinds)[number]

/** What is typed, as text, by the path of the field in a wish. */
export type Texts = Partial<Record<Field, string>>

export const fields = [
  "source",
  "destination",
  "ethernet.source",
  "ethernet.destination",
  "sourcePort",
  "destinationPort",
  "identifier",
  "sequence",
  "dataBytes",
  "hopLimit",
  "data",
  "bytes",
] as const
export type Field = (typeof fields)[number]

const numbers: ReadonlySet<Field> = new Set([
  "sourcePort",
  "destinationPort",
  "identifier",
  "sequence",
  "dataBytes",
  "hopLimit",
])
const ends = ["source", "destination"] as const
const frame = ["ethernet.source", "ethernet.destination"] as const

/** In the order of the form. */
export function fieldsOf(kind: PacketKind, isTap: boolean): readonly Field[] {
  if (kind === "raw") return ["bytes"]
  const around = isTap ? [...ends, ...frame] : ends
  switch (kind) {
    case "arp":
      return [...ends, ...frame]
    case "echo":
      return [...around, "dataBytes", "identifier", "sequence", "hopLimit"]
    case "udp":
      return [...around, "sourcePort", "destinationPort", "data", "hopLimit"]
    case "tcp-syn":
      return [...around, "sourcePort", "destinationPort", "hopLimit"]
  }
}

export const isMac = (field: Field): field is (typeof frame)[number] => frame.some((one) => one === field)
export const isNumber = (field: Field): boolean => numbers.has(field)

const rawFrame = "ff ff ff ff ff ff 02 00 00 00 00 02 08 00"
const rawPing = "45 00 00 1c 00 00 40 00 40 01 00 00 0a 4d 00 01 0a 4d 00 02 08 00 f7 ff 00 00 00 00"

/** What a new form says: from this host to its neighbour, or the other way round. */
export function usualTexts(on: InterfaceView | undefined, direction: Direction, kind: PacketKind): Texts {
  const prefix = (on?.addresses ?? []).flatMap((text) => parsePrefix(text) ?? [])
  const first = prefix.find(({ family }) => family === 4) ?? (kind === "arp" ? undefined : prefix[0])
  const own = first?.address ?? "10.77.0.1"
  const other = (first && neighbour(first)) ?? "10.77.0.2"
  const isOut = direction === "outbound"
  return {
    source: isOut ? own : other,
    destination: isOut ? other : own,
    // Left out, they are filled in from what the host knows.
    "ethernet.source": "",
    "ethernet.destination": kind === "arp" ? "ff:ff:ff:ff:ff:ff" : "",
    sourcePort: "40000",
    destinationPort: "7",
    identifier: "1",
    sequence: "1",
    dataBytes: "56",
    hopLimit: "64",
    data: "68 65 6c 6c 6f",
    bytes: on?.kind === "tap" ? `${rawFrame} ${rawPing}` : rawPing,
  }
}

export interface Read {
  wish: PacketWish | undefined
  errors: Texts
}

/** The wish that the texts make, or what is wrong, field by field. `notNumber` is said of a number that is none. */
export function readTexts(kind: PacketKind, isTap: boolean, texts: Texts, notNumber: string): Read {
  const wish: Record<string, unknown> = { kind }
  const ethernet: Record<string, unknown> = {}
  const errors: Texts = {}
  for (const field of fieldsOf(kind, isTap)) {
    const text = (texts[field] ?? "").trim()
    const value = isNumber(field) ? (/^\d+$/.test(text) ? Number(text) : undefined) : text
    if (value === undefined) errors[field] = notNumber
    else if (isMac(field)) {
      if (value !== "") ethernet[field.slice("ethernet.".length)] = value
    } else wish[field] = value
  }
  if (Object.keys(ethernet).length > 0) wish.ethernet = ethernet
  const { data, error } = packetWish.safeParse(wish)
  for (const { path, message } of error?.issues ?? []) {
    const field = fields.find((one) => one === path.join("."))
    if (field !== undefined) errors[field] ??= message
  }
  return { wish: Object.keys(errors).length === 0 ? data : undefined, errors }
}

/** ARP is asked on Ethernet, about IPv4. */
export function kindsOf(isTap: boolean): readonly PacketKind[] {
  return kinds.filter((kind) => isTap || kind !== "arp")
}

/** A frame that can be sent. */
export function isFramed(wish: PacketWish): boolean {
  if (wish.kind === "raw") return true
  return wish.ethernet?.source !== undefined && wish.ethernet.destination !== undefined
}
