import { createArena } from "../libc/arena.ts"
import { setOptionBytes } from "./options.ts"

/** linux/filter.h: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k }: a classic BPF instruction. */
export type FilterInstruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number]

/** linux/bpf_common.h. A load past the packet's end drops it. A and X begin as 0. */
export const filterCode = {
  /** A = 16 or 32 bits, big-endian, at X + k. */
  loadHalf: 0x48, // BPF_LD | BPF_H | BPF_IND
  loadWord: 0x40, // BPF_LD | BPF_W | BPF_IND
  /** X = the length of the IPv4 header at k. */
  loadHeaderLength: 0xb1, // BPF_LDX | BPF_B | BPF_MSH
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  /** Skips `jumpTrue` instructions when A is k, else `jumpFalse`. */
  jumpIfEqual: 0x15, // BPF_JMP | BPF_JEQ | BPF_K
  /** Keeps k bytes of the packet; 0 drops it. */
  return: 0x06, // BPF_RET | BPF_K
} as const

const instructionSize = 8
const program = { count: 0, instructions: 8, size: 16 } as const // linux/filter.h: struct sock_fprog

/** The kernel copies the program. What is queued already stays. */
export function attachFilter(fd: number, instructions: readonly FilterInstruction[]): void {
  const arena = createArena(instructions.length * instructionSize)
  for (const [index, [code, jumpTrue, jumpFalse, k]] of instructions.entries()) {
    const at = index * instructionSize
    arena.view.setUint16(at, code, true)
    arena.view.setUint8(at + 2, jumpTrue)
    arena.view.setUint8(at + 3, jumpFalse)
    arena.view.setUint32(at + 4, k, true)
  }
  const header = new Uint8Array(program.size)
  const view = new DataView(header.buffer)
  view.setUint16(program.count, instructions.length, true)
  view.setBigUint64(program.instructions, BigInt(arena.address), true)
  setOptionBytes(fd, "SO_ATTACH_FILTER", header, arena.bytes)
}
