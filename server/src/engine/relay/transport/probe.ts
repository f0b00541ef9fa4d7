/**
 * What two Tundecks say to each other beside packets, over transports that have no connection: are you there, and how far.
 * Twelve bytes: too short for an Ethernet frame, and of no IP version, so that no packet looks like one.
 *
 *     "TD" | u8 1 question, 2 answer | u8 0 | u32 which | u32 when it was asked (us, of the asking side's clock)
 */
export const probeBytes = 12
const at = { magic: 0, kind: 2, which: 4, askedAt: 8 } as const
const magic = 0x5444
const question = 1
const answer = 2

export function isProbe(view: DataView, packet: number, length: number): boolean {
  if (length !== probeBytes || view.getUint16(packet) !== magic || view.getUint8(packet + 3) !== 0) return false
  const kind = view.getUint8(packet + at.kind)
  return kind === question || kind === answer
}

export function isQuestion(view: DataView, packet: number): boolean {
  return view.getUint8(packet + at.kind) === question
}

export function writeQuestion(view: DataView, packet: number, which: number, microseconds: number): void {
  view.setUint16(packet, magic)
  view.setUint16(packet + at.kind, question << 8)
  view.setUint32(packet + at.which, which >>> 0)
  view.setUint32(packet + at.askedAt, microseconds >>> 0)
}

/** Turns the question at `packet` into its answer. */
export function answerQuestion(view: DataView, packet: number): void {
  view.setUint8(packet + at.kind, answer)
}

export function whichOf(view: DataView, packet: number): number {
  return view.getUint32(packet + at.which)
}

/** Between question and answer, by our own clock. */
export function elapsedMicroseconds(view: DataView, packet: number, microseconds: number): number {
  return ((microseconds >>> 0) - view.getUint32(packet + at.askedAt)) >>> 0
}
