export const paddingUnit = 16

/**
 * How long a packet of `length` bytes is in its message: a multiple of 16, but not beyond the MTU (`limit`, 0 for none). Of a longer
 * one, which is several packets, the last counts.
 */
export function paddedLength(length: number, limit: number): number {
  const last = limit > 0 && length > limit ? length % limit : length
  const padded = (last + paddingUnit - 1) & -paddingUnit
  return length - last + (limit > 0 && padded > limit ? limit : padded)
}
