// A thread that fills a capture ring as fast as it can: what a reader races with.
import { workerData } from "node:worker_threads"
import { CaptureRingWriter } from "../capture-ring-writer.ts"

export interface CaptureWriting {
  ring: SharedArrayBuffer
  snapLength: number
  packets: number
  /** Packets of one wake-up. */
  atOnce: number
}

/** Each word of packet `number` is this, so that a record of two packets is found out. */
export function wordOf(number: number): number {
  return Math.imul(number, 0x9e37_79b1)
}

/** From 20 to 2000 bytes. */
export function lengthOf(number: number): number {
  return 20 + ((Math.imul(number, 0x85eb_ca6b) >>> 0) % 496) * 4
}

const task: CaptureWriting | undefined = workerData
if (task?.ring !== undefined) {
  const writer = new CaptureRingWriter(task.ring, task.snapLength)
  const view = new DataView(new ArrayBuffer(2048))
  for (let number = 1; number <= task.packets; number++) {
    const length = lengthOf(number)
    for (let at = 0; at < length; at += 4) view.setInt32(at, wordOf(number), true)
    writer.time = number
    writer.write(1, number & 31, 0, number & 0xff, view, 0, length, 1)
    if (number % task.atOnce === 0) writer.publish()
  }
  writer.publish()
}
