import { availableParallelism } from "node:os"
import { MessageChannel, Worker } from "node:worker_threads"
import { createEventfd, sys } from "@tundeck/native-bindings"
import type { WireguardSettings } from "../ports.ts"
import type { CausedToWorker, FromWorker, ToWorker } from "../relay/messages.ts"
import type { RelayWorkerData } from "../relay/worker.ts"
import { acting } from "../system-calls/acting.ts"

/** One relay thread, seen from the control thread. */
export interface RelayWorker {
  post(message: ToWorker): void
  /** How many tunnels it carries; the pool's user keeps it. */
  load: number
  readonly ended: Promise<void>
}

export interface WorkerPool {
  /** The least loaded; a new one while there are fewer than cores and all carry something. */
  pick(): RelayWorker
  close(): Promise<void>
}

export function createWorkerPool(options: {
  wireguard?: WireguardSettings | undefined
  onMessage(message: FromWorker): void
  /** It died by itself; `why` says how. Its tunnels are the caller's to place anew. */
  onDeath(worker: RelayWorker, why: string): void
}): WorkerPool {
  const most = availableParallelism()
  const workers = new Set<RelayWorker>()
  let closing = false

  function spawn(): RelayWorker {
    const wakeFd = createEventfd()
    const { port1, port2 } = new MessageChannel()
    const workerData: RelayWorkerData = { port: port2, wakeFd, wireguard: options.wireguard }
    const thread = new Worker(new URL("../relay/worker.ts", import.meta.url), {
      workerData,
      transferList: [port2],
      name: "relay",
    })
    let why = "it ended"
    thread.on("error", (error) => {
      why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    const worker: RelayWorker = {
      load: 0,
      post(message) {
        if (!workers.has(worker)) return // it ended; its eventfd may be another's by now
        const { cause } = acting()
        const caused: CausedToWorker = cause === undefined ? message : { ...message, cause }
        port1.postMessage(caused)
        sys.eventfdWrite(wakeFd)
      },
      ended: new Promise((resolve) => {
        thread.on("exit", () => {
          workers.delete(worker)
          port1.close()
          sys.close(wakeFd)
          resolve()
          if (!closing) options.onDeath(worker, why)
        })
      }),
    }
    port1.on("message", (message: FromWorker) => options.onMessage(message))
    workers.add(worker)
    return worker
  }

  return {
    pick() {
      const [idlest] = [...workers].sort((a, b) => a.load - b.load)
      return idlest === undefined || (idlest.load > 0 && workers.size < most) ? spawn() : idlest
    },
    async close() {
      closing = true
      const running = [...workers]
      for (const worker of running) worker.post({ type: "close" })
      await Promise.all(running.map((worker) => worker.ended))
    },
  }
}
