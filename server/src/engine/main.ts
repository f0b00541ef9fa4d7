// The engine: the process that owns the tun fds and moves packets, with CAP_NET_ADMIN and CAP_NET_RAW and nothing else.
import { capability, close, dropPrivileges, namespaceType, open, openFlags, setns } from "@tundeck/native-bindings"
import { pino } from "pino"
import { startEngine } from "./control/engine.ts"
import { type EngineSettings, readSettings } from "./control/settings.ts"
import { createTunnelManager } from "./tunnels/tunnel-manager.ts"

try {
  await main(readSettings(process.env))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

async function main(settings: EngineSettings): Promise<void> {
  const log = pino({ name: "engine", level: settings.logLevel })
  // Before anything else: sockets belong to the namespace in which they are opened.
  if (settings.namespace !== undefined) enterNetworkNamespace(settings.namespace)
  const engine = await startEngine(settings, { log, createTunnelManager, dropPrivileges: () => drop(settings) })
  log.info({ socket: settings.socketPath, uid: process.getuid?.() }, "the engine is ready")

  let isClosing = false
  const end = async (signal: string) => {
    if (isClosing) return
    isClosing = true
    log.info({ signal }, "the engine ends")
    await engine.close()
    process.exit(0)
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(signal))
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "the engine fails")
    process.exit(1)
  })
}

function enterNetworkNamespace(path: string): void {
  const fd = open(path, openFlags.readOnly | openFlags.closeOnExec)
  setns(fd, namespaceType.network)
  close(fd)
}

function drop({ runAs }: EngineSettings): void {
  dropPrivileges({
    uid: runAs?.uid ?? process.getuid?.() ?? 0,
    gid: runAs?.gid ?? process.getgid?.() ?? 0,
    groups: runAs === undefined ? (process.getgroups?.() ?? []) : [],
    keep: [capability.netAdmin, capability.netRaw],
  })
}
