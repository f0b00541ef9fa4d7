import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setImmediate, setTimeout as sleep } from "node:timers/promises"
import { type CaptureRequest, type CaptureState, captureSocketPath, Problem } from "@tundeck/shared"
import fc from "fast-check"
import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../testing/wait.ts"
import { type CaptureFrame, CaptureFrames, recordsFrame, stateFrame } from "./capture-frames.ts"
import { openCapture } from "./open-capture.ts"
import { type CaptureSource, serveCaptures } from "./serve-captures.ts"

const state: CaptureState = {
  ...{ interface: "tun0", tunnel: "lab", link: "ip", snapLength: 256, clockOffset: "-5", from: "1", now: "2" },
  ...{ peers: ["office", null], written: 3, overwritten: 1, drops: [], isLast: false },
}
const request = { id: "t", seconds: 60, follow: false }

let directory: string
let engineSocket: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-capture-"))
  engineSocket = join(directory, "engine.sock")
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const serve = (open: (request: CaptureRequest) => CaptureSource, stalledMs?: number) =>
  serveCaptures(captureSocketPath(engineSocket), open, stalledMs === undefined ? {} : { stalledMs })

/** Gives these, then ends. */
function sourceOf(chunks: Uint8Array[]): CaptureSource {
  return { isAtEnd: false, read: () => chunks.shift(), state: (isLast) => ({ ...state, isLast }) }
}

async function collect(frames: AsyncIterable<CaptureFrame>): Promise<CaptureFrame[]> {
  const all: CaptureFrame[] = []
  for await (const frame of frames) all.push(frame)
  return all
}

it("what the engine reads arrives whole and in order, between the first state and the last", async () => {
  const chunks = [1, 2, 3].map((n) => new Uint8Array(n * 100_000).fill(n))
  const asked: CaptureRequest[] = []
  const server = await serve((wanted) => {
    asked.push(wanted)
    return sourceOf([...chunks])
  })
  const { state: first, frames } = await openCapture(engineSocket, request)
  const rest = await collect(frames)
  expect(asked).toEqual([request])
  expect(first).toEqual(state)
  expect(rest.pop()).toEqual({ kind: "state", state: { ...state, isLast: true } })
  expect(rest.map((frame) => (frame.kind === "records" ? Buffer.from(frame.bytes) : frame))).toEqual(
    chunks.map((chunk) => Buffer.from(chunk)),
  )
  await server.close()
})

it("frames cut anywhere are the same frames", () => {
  const stream = Buffer.concat([stateFrame(state), recordsFrame(Buffer.from("abc")), recordsFrame(Buffer.alloc(0))])
  const whole = new CaptureFrames().push(stream)
  expect(whole).toHaveLength(3)
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 10 }), (cuts) => {
      const parser = new CaptureFrames()
      const ends = [...cuts.sort((a, b) => a - b), stream.length]
      expect(ends.flatMap((end, i) => parser.push(stream.subarray(ends[i - 1] ?? 0, end)))).toEqual(whole)
    }),
  )
})

it.each([[Buffer.alloc(4)], [Buffer.from([255, 255, 255, 255])], [Buffer.from([1, 0, 0, 0, 9])]])(
  "what no engine sends is no frame: %o",
  (bytes) => expect(() => new CaptureFrames().push(bytes)).toThrow(RangeError),
)

it("a refusal of the engine's is the panel's, too; without an engine it is engine-unavailable", async () => {
  await expect(openCapture(engineSocket, request)).rejects.toMatchObject({ code: "engine-unavailable" })
  const server = await serve(() => {
    throw new Problem("capture-off", "Turn it on.")
  })
  await expect(openCapture(engineSocket, request)).rejects.toMatchObject({ code: "capture-off", detail: "Turn it on." })
  await server.close()
})

it("an engine that ends in the middle is no whole file", async () => {
  const server = await serve(() => ({ ...sourceOf([]), isAtEnd: true, read: () => new Uint8Array(0) }))
  const { frames } = await openCapture(engineSocket, request)
  const ended = collect(frames)
  await Promise.all([server.close(), expect(ended).rejects.toThrow("broke off")])
})

/** An engine with more than anybody reads, and a client that has begun to read and reads no more. */
async function stalling(stalledMs?: number) {
  let read = 0
  const chunk = new Uint8Array(100_000)
  const endless = () => {
    read += 1
    return chunk
  }
  const server = await serve(
    () => ({ isAtEnd: false, read: endless, state: (isLast) => ({ ...state, isLast }) }),
    stalledMs,
  )
  const socket = connect(captureSocketPath(engineSocket)).pause()
  socket.on("error", () => {})
  socket.write(`${JSON.stringify(request)}\n`)
  await eventually(() => expect(read).toBeGreaterThan(0))
  await turns()
  return { server, socket, read: () => read }
}

/** In each of them the server would read once more, if it did not wait for its client. */
async function turns(): Promise<void> {
  for (let i = 0; i < 200; i++) await setImmediate()
}

it("nothing is read ahead of whoever does not read; when he reads, it goes on", async () => {
  const { server, socket, read } = await stalling()
  const before = read()
  expect(before).toBeLessThan(50)
  await turns()
  expect(read()).toBe(before)
  socket.resume()
  await eventually(() => expect(read()).toBeGreaterThan(before + 20))
  await server.close()
})

it("who reads nothing for long is cut off", async () => {
  const { server, socket, read } = await stalling(50)
  const before = read()
  await sleep(60) // longer than the server, which began to wait before
  const closed = once(socket, "close")
  socket.resume()
  await closed
  expect(read()).toBe(before)
  await server.close()
})
