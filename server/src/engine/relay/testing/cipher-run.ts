// What sealing and opening packets costs, each in its place: `node cipher-run.ts` prints CipherFigures.
import { RelayMemory } from "../memory.ts"
import { memorySize } from "../regions.ts"
import type { CipherKind, NamedCiphers, PacketCipher } from "../wireguard/cipher/cipher.ts"
import { createPacketCiphers } from "../wireguard/cipher/create-packet-ciphers.ts"
import { NodeCiphers } from "../wireguard/cipher/node-ciphers.ts"

const lengths = [100, 1420, 65_000]

/** Microseconds for a packet of each of `lengths`. */
export interface CipherFigures {
  by: NamedCiphers["name"]
  kind: CipherKind
  /** In bytes. */
  lengths: number[]
  seal: number[]
  open: number[]
}

const kinds: CipherKind[] = ["chacha20-poly1305", "aes-256-gcm"]
const turns = 200
const warmUpTurns = 50
const mostPackets = 128
const mostBytes = 1024 * 1024

/** The shortest of many short runs: what the machine does beside it does not count. */
function measure(cipher: PacketCipher, length: number): { seal: number; open: number } {
  const stride = Math.ceil((length + 16) / 64) * 64
  const packets = Math.min(mostPackets, Math.floor(mostBytes / stride))
  const all = (act: (at: number, counter: number) => boolean) => {
    const begun = process.hrtime.bigint()
    for (let i = 0; i < packets; i++) if (!act(i * stride, i)) throw new Error(`packet ${i} of ${length} bytes`)
    return Number(process.hrtime.bigint() - begun) / packets / 1000
  }
  const best = { seal: Number.POSITIVE_INFINITY, open: Number.POSITIVE_INFINITY }
  for (let turn = -warmUpTurns; turn < turns; turn++) {
    const seal = all((at, counter) => cipher.seal(at, length, counter, turn))
    const open = all((at, counter) => cipher.open(at, length, counter, turn))
    if (turn < 0) continue
    best.seal = Math.min(best.seal, seal)
    best.open = Math.min(best.open, open)
  }
  return best
}

function figures(ciphers: NamedCiphers, kind: CipherKind): CipherFigures {
  const cipher = ciphers.create(kind, new Uint8Array(32))
  const measured = lengths.map((length) => measure(cipher, length))
  cipher.end()
  return {
    by: ciphers.name,
    kind,
    lengths,
    seal: measured.map(({ seal }) => seal),
    open: measured.map(({ open }) => open),
  }
}

const memory = new RelayMemory(memorySize, true)
const chosen = [createPacketCiphers(memory), new NodeCiphers(memory)]
console.log(JSON.stringify(chosen.flatMap((ciphers) => kinds.map((kind) => figures(ciphers, kind)))))
