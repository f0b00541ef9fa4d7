import { existsSync, type FSWatcher, watch } from "node:fs"
import { basename, dirname, join } from "node:path"
import { capability, dropPrivileges, errno, errnoText, SyscallError } from "@tundeck/native-bindings"
import { interfaceName, type TunnelStatus } from "@tundeck/shared"
import type { WireguardSocketMaker } from "../engine/ports.ts"
import { createTunnelManager } from "../engine/tunnels/tunnel-manager.ts"
import { noPrivateKey } from "../engine/tunnels/wireguard-device.ts"
import { StartError } from "../launcher/start-error.ts"
import { createWireguardSockets, wireguardDirectory } from "../launcher/wireguard-sockets.ts"
import { createLog, logLevelOf } from "./log.ts"
import { createSingleDevice } from "./single-device.ts"

/**
 * One WireGuard interface without a panel and an engine: it is made here, told what to be over its configuration socket, and
 * gone when this returns. `onReady` is called once the socket is served. Returns when the interface or the socket's file is
 * deleted, or by SIGTERM and SIGINT. Throws StartError.
 */
export async function runStandAlone(name: string, onReady: () => void): Promise<void> {
  const over = Promise.withResolvers<void>()
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => over.resolve())
  process.on("SIGHUP", () => {}) // a closed terminal ends nothing
  const checked = interfaceName.safeParse(name)
  if (!checked.success) throw new StartError(`${name}: ${checked.error.issues[0]?.message}`)
  const sockets = createWireguardSockets()
  const device = createSingleDevice(name)
  try {
    // Made while we may do everything: the tunnel takes it when it asks.
    const made = openSocket(sockets, name)
    dropToNetwork()
    const manager = createTunnelManager({
      devices: device.devices,
      onStatus: (status) => endWithInterface(status, over.resolve),
      onEvent: createLog(name, logLevelOf(process.env.LOG_LEVEL)),
      onPackets: () => {},
      wireguard: { onStamped: () => {}, onReconfigured: () => {}, sockets: once(made, sockets), isStandAlone: true },
    })
    manager.start({
      ...{ id: name, name: "wireguard", interface: name, autostart: false },
      transport: { kind: "udp" },
      security: { kind: "wireguard", privateKey: noPrivateKey, peers: [] },
    })
    const watcher = watchFile(join(wireguardDirectory, `${name}.sock`), over.resolve)
    onReady()
    await over.promise
    watcher.close()
    await manager.close()
  } finally {
    sockets.close()
    device.close()
  }
}

function openSocket(sockets: ReturnType<typeof createWireguardSockets>, name: string): number {
  try {
    return sockets.open(name)
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    const why = error.errno === errno.EADDRINUSE ? "another program serves it" : errnoText(error.errno)
    throw new StartError(`${join(wireguardDirectory, `${name}.sock`)} cannot be made: ${why}.`)
  }
}

function once(fd: number, sockets: { remove(name: string): void }): WireguardSocketMaker {
  const fds = [fd]
  return {
    open() {
      const made = fds.pop()
      return made === undefined ? { errno: errno.EBUSY } : { fd: made }
    },
    remove: (name) => sockets.remove(name),
  }
}

/** Still root, and able to remove the socket's file; of what root may do, only what concerns the network. */
function dropToNetwork(): void {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  dropPrivileges({ uid, gid, groups: process.getgroups?.() ?? [], keep: [capability.netAdmin, capability.netRaw] })
}

function endWithInterface({ reason }: TunnelStatus, end: () => void): void {
  if (reason?.code === "interface-missing") end()
}

function watchFile(path: string, gone: () => void): FSWatcher {
  return watch(dirname(path), (_, file) => {
    if (file === basename(path) && !existsSync(path)) gone()
  })
}
