import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { signalQuietly } from "../../../testing/process.ts"
import { until } from "../../../testing/wait.ts"
import { runScript } from "../testing/inside.ts"

let namespace: Namespace
let folder: string
let tunPath: string

beforeAll(async () => {
  namespace = await createNamespace("privileges")
  // A node of our own that everybody may open: the machine's mode stays as it is.
  folder = mkdtempSync(join(tmpdir(), `tundeck-test-${process.pid}-`))
  chmodSync(folder, 0o755)
  tunPath = join(folder, "tun")
  execFileSync("mknod", ["-m", "666", tunPath, "c", "10", "200"])
})
afterAll(async () => {
  await namespace.delete()
  rmSync(folder, { recursive: true })
})

const door = new URL("../index.ts", import.meta.url).href
const ordinary = (keep: string) => `{ uid: 54321, gid: 54321, groups: [54400], keep: [${keep}] }`
const attachment = "{ kind: 'tun', packetInfo: false, vnetHeader: false, multiQueue: false }"
const readStatus = `function readStatus() {
  const { readFileSync } = process.getBuiltinModule("node:fs")
  const lines = readFileSync("/proc/thread-self/status", "utf8").split("\\n")
  return Object.fromEntries(lines.map((line) => line.split(/:\\s*/)))
}`

test("an ordinary user without any capability attaches to the persistent interface that it owns, and to no other", async () => {
  await namespace.exec("ip", ["tuntap", "add", "dev", "mine", "mode", "tun", "user", "54321"])
  await namespace.exec("ip", ["tuntap", "add", "dev", "ours", "mode", "tun", "group", "54400"])
  await namespace.exec("ip", ["tuntap", "add", "dev", "other", "mode", "tun", "user", "54399"])
  const answer = await runScript(
    namespace,
    `native.dropPrivileges(${ordinary("")})
     function attach(name) {
       const fd = native.openTun(${JSON.stringify(tunPath)})
       try { return native.tunSetInterface(fd, { ...${attachment}, name }).name } catch (error) { return error.message }
     }
     console.log(JSON.stringify({
       uid: process.getuid(), capabilities: native.getCapabilities(),
       mine: attach("mine"), ours: attach("ours"), other: attach("other"), fresh: attach("fresh"),
     }))`,
  )
  const refused = "TUNSETIFF: EPERM (Operation not permitted)"
  expect(answer).toEqual({
    uid: 54_321,
    capabilities: { effective: [], permitted: [], inheritable: [] },
    mine: "mine",
    ours: "ours",
    other: refused,
    fresh: refused,
  })
})

test("NET_ADMIN and NET_RAW alone are left, in Workers too, and suffice for interfaces and raw sockets", async () => {
  const report = `${readStatus}
    function report() {
      const rtnetlink = native.openRtnetlink()
      const fd = native.openTun(${JSON.stringify(tunPath)})
      const { name } = native.tunSetInterface(fd, ${attachment})
      rtnetlink.linkSet({ index: rtnetlink.linkByName(name).index, up: true })
      native.close(native.openIcmpSocket(4, "raw"))
      return { status: readStatus(), up: rtnetlink.linkByName(name).up }
    }`
  const worker = `import * as native from ${JSON.stringify(door)}
    ${report}
    process.getBuiltinModule("node:worker_threads").parentPort.postMessage(report())`
  const answer = await runScript(
    namespace,
    `import { Worker } from "node:worker_threads"
     import { readFileSync } from "node:fs"
     native.dropPrivileges(${ordinary("native.capability.netAdmin, native.capability.netRaw")})
     ${report}
     const inMain = report()
     const limits = readFileSync("/proc/self/limits", "utf8").match(/Max core file size +(\\S+) +(\\S+)/).slice(1)
     const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(worker)})))
     const inWorker = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))
     console.log(JSON.stringify({ inMain, inWorker, limits }))`,
  )
  const expected = {
    up: true,
    status: {
      Uid: "54321\t54321\t54321\t54321",
      Gid: "54321\t54321\t54321\t54321",
      Groups: "54400 ",
      CapInh: "0000000000000000",
      CapPrm: "0000000000003000",
      CapEff: "0000000000003000",
      CapBnd: "0000000000003000",
      CapAmb: "0000000000000000",
      NoNewPrivs: "1",
    },
  }
  expect(answer).toMatchObject({ inMain: expected, inWorker: expected, limits: ["0", "0"] })
})

test("a process of an ordinary user only loses: ids stay, capabilities go, nothing new can come", async () => {
  const answer = await runScript(
    namespace,
    `${readStatus}
     native.dropPrivileges(${ordinary("native.capability.netAdmin, native.capability.netRaw")})
     native.dropPrivileges({ uid: 0, gid: 0, groups: [], keep: [native.capability.netRaw] })
     const { Uid, CapEff, CapPrm, NoNewPrivs } = readStatus()
     console.log(JSON.stringify({ Uid, CapEff, CapPrm, NoNewPrivs }))`,
  )
  expect(answer).toEqual({
    Uid: "54321\t54321\t54321\t54321",
    CapEff: "0000000000002000",
    CapPrm: "0000000000002000",
    NoNewPrivs: "1",
  })
})

test("the parent's death is the child's", async () => {
  const child = `import * as native from ${JSON.stringify(door)}
    native.setParentDeathSignal(9)
    console.log("ready")
    setInterval(() => {}, 1000)`
  const answer = await runScript(
    namespace,
    `import { spawn } from "node:child_process"
     const arguments_ = ["--input-type=module", "--eval", ${JSON.stringify(child)}]
     const child = spawn(process.execPath, arguments_, { stdio: ["ignore", "pipe", "ignore"], detached: true })
     await new Promise((resolve) => child.stdout.once("data", resolve))
     console.log(JSON.stringify(child.pid))
     process.kill(process.pid, "SIGKILL")`,
  ).catch((error: Error) => Number(/\n(\d+)\n/.exec(error.message)?.[1]))
  expect(answer).toBeGreaterThan(1)
  await until(() => !signalQuietly(Number(answer), 0), { what: "the child's end" })
})

test("a mount namespace of one's own: what is mounted there is seen there alone, and can be taken away", async () => {
  const answer = await runScript(
    namespace,
    `import { existsSync, writeFileSync } from "node:fs"
     native.unshare(native.namespaceType.mount)
     native.mount(null, "/", null, native.mountFlags.private | native.mountFlags.recursive)
     native.mount("tmpfs", ${JSON.stringify(folder)}, "tmpfs", native.mountFlags.noExec | native.mountFlags.noSuid)
     const seen = [existsSync(${JSON.stringify(tunPath)})]
     native.umount(${JSON.stringify(folder)})
     seen.push(existsSync(${JSON.stringify(tunPath)}))
     let refused
     try { native.mount("x", "/no/such/place", "tmpfs", 0) } catch (error) { refused = error.message }
     console.log(JSON.stringify({ seen, refused }))`,
  )
  expect(answer).toEqual({ seen: [false, true], refused: "mount /no/such/place: ENOENT (No such file or directory)" })
})
