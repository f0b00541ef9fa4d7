// A TCP connection that carries bytes for as long as the test wants, hashed at both ends.
import { join } from "node:path"
import type { Namespace } from "../../../../testing/namespace.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"

export interface LiveFlow extends AsyncDisposable {
  /** Bytes that came so far. */
  received(): number
  /** Waits until that many more have come. */
  carries(bytes: number): Promise<void>
  /** Ends it in order: what was sent, and what came. */
  end(): Promise<{ sent: string; received: string }>
}

const program = join(import.meta.dirname, "live-flow-end.ts")

/** `host` is an address of `to`. */
export async function startFlow(from: Namespace, to: Namespace, host: string, port = 7200): Promise<LiveFlow> {
  const directory = await temporaryDirectory()
  const start = (side: Namespace, role: string) =>
    side.spawn(process.execPath, [program, role, host, `${port}`], { logFile: join(directory.path, role) })
  const receiver = start(to, "receive")
  await until(() => receiver.output().includes("listening"), { what: "the receiver to listen", timeoutMs: 30_000 })
  const sender = start(from, "send")
  const received = () => Number(/so far (\d+)\n(?!so far)/.exec(receiver.output())?.[1] ?? 0)
  const total = (output: string) => /bytes \d+, hash \w+/.exec(output)?.[0] ?? output
  return {
    received,
    async carries(bytes) {
      const before = received()
      await until(() => received() >= before + bytes, { what: `${bytes} bytes of the flow`, timeoutMs: 20_000 })
    },
    async end() {
      sender.signal("SIGTERM")
      await until(() => receiver.exited && sender.exited, { what: "the flow to end", timeoutMs: 20_000 })
      return { sent: total(sender.output()), received: total(receiver.output()) }
    },
    async [Symbol.asyncDispose]() {
      await sender.stop()
      await receiver.stop()
      await directory.remove()
    },
  }
}
