// Packets for tests, put together from their parts. Checksums are 0.

export type Bytes = readonly number[]

export const word = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff]
export const long = (value: number): number[] => [...word(Math.floor(value / 0x1_0000)), ...word(value % 0x1_0000)]
export const text = (value: string): number[] => Array.from(value, (one) => one.charCodeAt(0))
export const zeros = (count: number): number[] => Array<number>(count).fill(0)

export const hexOf = (bytes: Bytes): string => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")

export interface Ipv4Parts {
  id?: number
  /** Flags and offset in units of 8 bytes, as they stand. */
  fragment?: number
  ttl?: number
  options?: Bytes
  source?: Bytes
  destination?: Bytes
}

export function ipv4(protocol: number, payload: Bytes, parts: Ipv4Parts = {}): number[] {
  const { id = 1, fragment = 0, ttl = 64, options = [], source = [10, 0, 0, 1], destination = [10, 0, 0, 2] } = parts
  const length = 20 + options.length
  const head = [0x40 | (length / 4), 0, ...word(length + payload.length), ...word(id), ...word(fragment)]
  return [...head, ttl, protocol, 0, 0, ...source, ...destination, ...options, ...payload]
}

const addressFrom = (last: number): number[] => [0xfd, ...zeros(14), last]

export interface Ipv6Parts {
  hopLimit?: number
  source?: Bytes
  destination?: Bytes
}

export function ipv6(nextHeader: number, payload: Bytes, parts: Ipv6Parts = {}): number[] {
  const { hopLimit = 64, source = addressFrom(1), destination = addressFrom(2) } = parts
  return [0x60, 0, 0, 0, ...word(payload.length), nextHeader, hopLimit, ...source, ...destination, ...payload]
}

export function udp(source: number, destination: number, payload: Bytes): number[] {
  return [...word(source), ...word(destination), ...word(8 + payload.length), 0, 0, ...payload]
}

export interface TcpParts {
  sequence?: number
  acknowledgment?: number
  flags?: number
  window?: number
  /** A multiple of 4 bytes. */
  options?: Bytes
}

export function tcp(source: number, destination: number, payload: Bytes, parts: TcpParts = {}): number[] {
  const { sequence = 1, acknowledgment = 1, flags = 0x18, window = 0xffff, options = [] } = parts
  const head = [...word(source), ...word(destination), ...long(sequence), ...long(acknowledgment)]
  return [...head, (5 + options.length / 4) << 4, flags, ...word(window), 0, 0, 0, 0, ...options, ...payload]
}

export function ethernet(type: number, payload: Bytes, tags: readonly number[] = []): number[] {
  const tagged = tags.flatMap((id) => [0x81, 0, ...word(id)])
  return [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...tagged, ...word(type), ...payload]
}
