import { CaptureFile, type Filter } from "@tundeck/shared"
import type { OpenCapture } from "../../engine-rpc/open-capture.ts"
import { errnoName } from "../live/errno-name.ts"
import { version } from "../version.ts"

export interface CaptureBytes {
  /** The file, part by part: no faster than it is taken. */
  parts: AsyncGenerator<Uint8Array, void>
  /** That are in the file so far. */
  packets(): number
}

/** Makes pcapng of what the engine gives. */
export function fileOf(capture: OpenCapture, filter: Filter | undefined): CaptureBytes {
  const file = new CaptureFile(capture.state, errnoName, filter)
  return { parts: partsOf(file, capture.frames), packets: () => file.count }
}

async function* partsOf(file: CaptureFile, frames: OpenCapture["frames"]): AsyncGenerator<Uint8Array, void> {
  yield file.begin(`Tundeck ${version}`)
  for await (const frame of frames) {
    if (frame.kind === "records") {
      const packets = file.packets(frame.bytes)
      if (packets.length > 0) yield packets // a filter may find none of them
    } else {
      file.update(frame.state)
      yield file.statistics()
    }
  }
}
