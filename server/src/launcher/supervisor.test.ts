import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import pino from "pino"
import { expect, it } from "vitest"
import { supervise } from "./supervisor.ts"

const never = new AbortController().signal
const log = pino({ level: "silent" })
const forever = "setInterval(() => {}, 1000); process.send?.('up')"

/** Children that run a line of JavaScript; `next` waits for the next one to be up. */
function children(script: string) {
  const started: ChildProcess[] = []
  let arrived = Promise.withResolvers<ChildProcess>()
  const start = () => {
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "ignore", "ipc"] })
    started.push(child)
    child.once("message", () => arrived.resolve(child))
    return child
  }
  const next = async () => {
    const child = await arrived.promise
    arrived = Promise.withResolvers()
    return child
  }
  return { started, start, next }
}

it("a child that is killed is started again, and stop ends it for good", async () => {
  const { started, start, next } = children(forever)
  const supervised = supervise("engine", start, log, never)
  ;(await next()).kill("SIGKILL")
  const second = await next()
  await supervised.stop()
  expect(second.signalCode).toBe("SIGTERM")
  expect(started).toHaveLength(2)
})

it("a child that ends by itself before it was ready has failed, and is not tried again", async () => {
  const { started, start } = children("process.exit(3)")
  const supervised = supervise("panel", start, log, never)
  await supervised.failed
  await supervised.stop()
  expect(started).toHaveLength(1)
})

it("once it was ready it is started again however it ends", async () => {
  const { started, start, next } = children(`${forever}; process.on('message', () => process.exit(3))`)
  const supervised = supervise("panel", start, log, never)
  supervised.ready()
  ;(await next()).send("end")
  await next()
  await supervised.stop()
  expect(started).toHaveLength(2)
})

it("once all is to end, one that ends before it is told to is no news, and not started again", async () => {
  const { started, start, next } = children(forever)
  const ending = new AbortController()
  const said: string[] = []
  const listening = pino({ level: "warn" }, { write: (line) => said.push(line) })
  const supervised = supervise("engine", start, listening, ending.signal)
  supervised.ready()
  const child = await next()
  ending.abort()
  child.kill("SIGTERM")
  await once(child, "exit")
  await supervised.stop()
  expect(started).toHaveLength(1)
  expect(said).toEqual([])
})
