import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { deleteSoon, offerRestore, useUndo } from "./undo.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test("a deletion is hidden at once and sent ten seconds later", async () => {
  const send = vi.fn(async () => undefined)
  deleteSoon("tunnel a", "Deleted a", send)
  expect(useUndo.getState().pending.has("tunnel a")).toBe(true)
  await vi.advanceTimersByTimeAsync(9_999)
  expect(send).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(send).toHaveBeenCalledOnce()
  expect(useUndo.getState().pending.size).toBe(0)
})

test("a deletion that was taken back is never sent", async () => {
  const send = vi.fn(async () => undefined)
  deleteSoon("tunnel b", "Deleted b", send)
  useUndo.getState().pending.get("tunnel b")?.takeBack()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(send).not.toHaveBeenCalled()
  expect(useUndo.getState().pending.size).toBe(0)
})

test("a refused deletion is shown again with its error until dismissed", async () => {
  const refusal = new Error("no")
  deleteSoon("tunnel c", "Deleted c", () => Promise.reject(refusal))
  await vi.advanceTimersByTimeAsync(10_000)
  const { pending, failed } = useUndo.getState()
  expect(pending.has("tunnel c")).toBe(false)
  expect(failed.get("tunnel c")?.error).toBe(refusal)
  failed.get("tunnel c")?.dismiss()
  expect(useUndo.getState().failed.size).toBe(0)
})

test("what was deleted at once can be brought back for ten seconds, and then no more", async () => {
  const restore = vi.fn(async () => undefined)
  offerRestore("interface a", "a is deleted.", restore)
  expect(useUndo.getState().pending.get("interface a")?.isDone).toBe(true)
  useUndo.getState().pending.get("interface a")?.takeBack()
  expect(restore).toHaveBeenCalledOnce()
  offerRestore("interface b", "b is deleted.", restore)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(useUndo.getState().pending.size).toBe(0)
  expect(restore).toHaveBeenCalledOnce()
})

test("a restoration that is refused stands with its error until dismissed", async () => {
  const refusal = new Error("taken")
  offerRestore("interface c", "c is deleted.", () => Promise.reject(refusal))
  useUndo.getState().pending.get("interface c")?.takeBack()
  await vi.advanceTimersByTimeAsync(0)
  const { failed } = useUndo.getState()
  expect(failed.get("interface c")?.error).toBe(refusal)
  failed.get("interface c")?.dismiss()
})
