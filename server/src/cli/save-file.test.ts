import { lstat, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterEach, beforeEach, expect, it } from "vitest"
import { run } from "../../../testing/process.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../../testing/temporary.ts"
import { saveFile, untilStopped } from "./save-file.ts"

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

// A section header of pcapng, whole, and the beginning of another block.
const header = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex")
const never = new AbortController().signal
const bytes = () => Readable.from([Buffer.from("0a0d0d0a", "hex")])
async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.concat([header, Buffer.from("06000000", "hex")])
  throw new Error("the connection ended")
}

it("a file that could not be written whole is removed", async () => {
  const path = join(directory.path, "half.pcapng")
  await writeFile(path, "older")
  await expect(saveFile(Readable.from(broken()), path, never)).rejects.toThrow(
    `${path} could not be saved: the connection`,
  )
  await expect(lstat(path)).rejects.toMatchObject({ code: "ENOENT" })
})

it("a directory in its place is said in one sentence, and stays", async () => {
  const path = join(directory.path, "directory")
  await mkdir(path)
  await expect(saveFile(bytes(), path, never)).rejects.toThrow(`${path} could not be saved: EISDIR`)
  expect((await lstat(path)).isDirectory()).toBe(true)
})

it("what is no file is written to and left, also when that fails", async () => {
  const pipe = join(directory.path, "pipe")
  await run("mkfifo", [pipe])
  const read = readFile(pipe)
  await expect(saveFile(Readable.from(broken()), pipe, never)).rejects.toThrow("could not be saved")
  await read
  expect((await lstat(pipe)).isFIFO()).toBe(true)
})

it("one that was followed keeps its whole blocks when the connection breaks, and says so", async () => {
  const path = join(directory.path, "followed.pcapng")
  const ended = `The connection to Tundeck ended. ${path} has the 28 bytes until then.`
  await expect(saveFile(Readable.from(broken()), path, never, true)).rejects.toThrow(ended)
  expect(await readFile(path)).toEqual(header)
})

it("a pipe that nobody reads any more is an end; a connection that breaks is told in words", async () => {
  const failed = (error: Error) => untilStopped(Promise.reject(error), never)
  await failed(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }))
  await expect(failed(new TypeError("terminated"))).rejects.toThrow("The connection to Tundeck ended")
  await expect(failed(new Error("write EIO"))).rejects.toThrow("write EIO")
})
