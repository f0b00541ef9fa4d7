const headLength = 8 // type and length, as every block of pcapng begins

/** Follows the blocks of a pcapng stream, little-endian, however it is cut into chunks. */
export class WholeBlocks {
  readonly #head = Buffer.alloc(headLength)
  #inHead = 0
  #left = 0
  #seen = 0
  #whole = 0

  /** Bytes up to the end of the last block that has come whole. */
  get length(): number {
    return this.#whole
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const inHead = this.#inHead < headLength
      const taken = Math.min(chunk.length - at, inHead ? headLength - this.#inHead : this.#left)
      if (inHead) this.#head.set(chunk.subarray(at, at + taken), this.#inHead)
      at += taken
      this.#seen += taken
      if (inHead) {
        this.#inHead += taken
        if (this.#inHead === headLength) this.#left = Math.max(4, this.#head.readUInt32LE(4) - headLength)
      } else {
        this.#left -= taken
        if (this.#left > 0) continue
        this.#inHead = 0
        this.#whole = this.#seen
      }
    }
  }
}
