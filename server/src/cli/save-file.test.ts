import { lstat, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { afterEach, beforeEach, expect, it } from "vitest"
import { run } from "../../../testing/process.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../../testing/temporary.ts"
import { saveFile } from "./save-file.ts"

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

const never = new AbortController().signal
const bytes = () => Readable.from([Buffer.from("0a0d0d0a", "hex")])
async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from("0a0d0d0a", "hex")
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
