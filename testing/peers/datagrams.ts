// A stranger who sends datagrams as fast as told: a program in C, so that it takes little of the machine itself.
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Namespace } from "../namespace.ts"
import { temporaryDirectory } from "../temporary.ts"
import { until } from "../wait.ts"
import { compile } from "./build.ts"

const source = join(import.meta.dirname, "datagrams.c")

export interface DatagramStream {
  /** Ends it; `answers` are the datagrams that came back. */
  stop(): Promise<{ sent: number; answers: number; seconds: number }>
}

export interface DatagramOptions {
  address: string
  port: number
  perSecond: number
  /** Sent in this order, again and again. */
  datagrams: Iterable<Uint8Array>
}

/** From any port of `namespace`, to an IPv4 address. */
export async function startDatagrams(namespace: Namespace, options: DatagramOptions): Promise<DatagramStream> {
  const { address, port, perSecond, datagrams } = options
  const program = await compile(source)
  const directory = await temporaryDirectory()
  const file = join(directory.path, "datagrams")
  const parts = [...datagrams].flatMap((bytes) => [Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes])
  await writeFile(file, Buffer.concat(parts))
  const stream = namespace.spawn(program, [address, `${port}`, `${perSecond}`, file], {
    logFile: join(directory.path, "log"),
  })
  return {
    async stop() {
      stream.signal("SIGTERM")
      await until(() => stream.exited, { what: "the datagrams to end" })
      const report = stream.output()
      await directory.remove()
      return JSON.parse(report)
    },
  }
}
