import { probeBytes } from "../../transport/probe.ts"

/**
 * What two Tundecks say to each other inside a session: a plaintext that begins with "TD", which is no IP packet (version 5),
 * and no envelope. Probes (transport/probe.ts) are of kind 1 and 2.
 *
 *     "TD" | u8 3 | u8 version, 1 | u32 features | 8 bytes, 0
 *
 * Longer hellos, later versions and unknown features are taken: what is known of them holds.
 */
const at = { magic: 0, kind: 2, version: 3, features: 4 } as const
export const helloBytes = 16
const leastHello = 8
const magic = 0x5444
const helloKind = 3
const version = 1

export function createHello(features: number): Uint8Array {
  const bytes = new Uint8Array(helloBytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(at.magic, magic)
  view.setUint8(at.kind, helloKind)
  view.setUint8(at.version, version)
  view.setUint32(at.features, features)
  return bytes
}

/** Hot. Is the plaintext of `length` bytes at `packet` said by one Tundeck to another? */
export function isControl(view: DataView, packet: number, length: number): boolean {
  return length >= leastHello && view.getUint16(packet) === magic
}

/** The features of the hello at `packet`; undefined when it is none. */
export function readHello(view: DataView, packet: number, length: number): number | undefined {
  if (!isControl(view, packet, length) || view.getUint8(packet + at.kind) !== helloKind) return undefined
  return view.getUint8(packet + at.version) < version ? undefined : view.getUint32(packet + at.features)
}

/** With padding, a probe is longer than on a wire of its own. */
export function mayBeProbe(length: number): boolean {
  return length >= probeBytes
}
