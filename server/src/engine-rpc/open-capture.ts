import { connect } from "node:net"
import { type CaptureRequest, type CaptureState, captureSocketPath, Problem } from "@tundeck/shared"
import { type CaptureFrame, CaptureFrames } from "./capture-frames.ts"

export interface OpenCapture {
  /** As it was at the beginning. */
  state: CaptureState
  /** What comes behind it, no faster than it is taken. Throws engine-unavailable when the engine breaks off. Ending it early ends the capture. */
  frames: AsyncGenerator<CaptureFrame, void>
}

/** Asks the engine for a capture. Rejects with the engine's Problem, or `engine-unavailable`. */
export async function openCapture(engineSocket: string, request: CaptureRequest): Promise<OpenCapture> {
  const frames = framesOf(engineSocket, request)
  const first = await frames.next()
  if (first.done || first.value.kind !== "state") throw new Problem("engine-unavailable")
  return { state: first.value.state, frames }
}

async function* framesOf(engineSocket: string, request: CaptureRequest): AsyncGenerator<CaptureFrame, void> {
  const socket = connect(captureSocketPath(engineSocket))
  const parser = new CaptureFrames()
  try {
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const chunk of socket) {
      for (const frame of parser.push(chunk)) {
        yield frame
        if (frame.kind === "state" && frame.state.isLast) return
      }
    }
    throw new Problem("engine-unavailable", "The engine broke off.")
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("engine-unavailable")
  } finally {
    socket.destroy()
  }
}
