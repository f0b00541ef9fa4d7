/** A 64-bit word below 2^53 in host order, without a BigInt. */
export function setPointer(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true)
}
