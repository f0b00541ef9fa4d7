import { type CaptureState, captureState, Problem } from "@tundeck/shared"

/**
 * What the engine answers on its capture socket: `u32 length | u8 kind | payload` (little-endian), the length that of kind and
 * payload. First comes a state, or a problem and nothing else; then records as they lie in the ring, and states between them
 * when something changed. A state that says so is the last.
 */
export type CaptureFrame = { kind: "records"; bytes: Uint8Array } | { kind: "state"; state: CaptureState }

const kinds = { state: 0, records: 1, problem: 2 } as const
/** Of a hub with 1,000 peers the state is far below it, and so is a chunk of records. */
const largestFrame = 1024 * 1024

export function recordsFrame(bytes: Uint8Array): Buffer {
  return frame(kinds.records, bytes)
}

export function stateFrame(state: CaptureState): Buffer {
  return frame(kinds.state, Buffer.from(JSON.stringify(state)))
}

export function problemFrame(problem: Problem): Buffer {
  return frame(kinds.problem, Buffer.from(JSON.stringify(problem.toDocument())))
}

function frame(kind: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32LE(payload.length + 1, 0)
  head.writeUInt8(kind, 4)
  return Buffer.concat([head, payload])
}

/** Cuts a byte stream into frames. Throws the Problem that the engine answers, or RangeError on what no engine sends. */
export class CaptureFrames {
  #pending: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): CaptureFrame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const frames: CaptureFrame[] = []
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32LE(0)
      if (length === 0 || length > largestFrame) throw new RangeError(`capture frame of ${length} bytes`)
      if (this.#pending.length < 4 + length) break
      frames.push(parse(this.#pending.readUInt8(4), this.#pending.subarray(5, 4 + length)))
      this.#pending = this.#pending.subarray(4 + length)
    }
    return frames
  }
}

function parse(kind: number, payload: Buffer): CaptureFrame {
  switch (kind) {
    case kinds.records:
      return { kind: "records", bytes: payload }
    case kinds.state:
      return { kind: "state", state: captureState.parse(JSON.parse(payload.toString())) }
    case kinds.problem:
      throw Problem.fromDocument(JSON.parse(payload.toString()))
    default:
      throw new RangeError(`capture frame of kind ${kind}`)
  }
}
