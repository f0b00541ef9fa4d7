import { ioVector } from "@tundeck/native-bindings"
import type { RelayMemory } from "../../memory.ts"

/** What a writev of iovecs 1 to `pieces` would hand to the kernel. */
export function joinedBytes(memory: RelayMemory, pieces: number): Buffer {
  const { view } = memory.calls
  return Buffer.concat(
    Array.from({ length: pieces }, (_, i) => {
      const slot = memory.vectorsAt + (i + 1) * ioVector.size
      const base = view.getUint32(slot, true) + view.getUint32(slot + 4, true) * 2 ** 32
      const at = base - memory.address
      return Buffer.from(memory.bytes.subarray(at, at + view.getUint32(slot + ioVector.length, true)))
    }),
  )
}
