import { errno, observeKernelCalls } from "@tundeck/native-bindings"
import { captureSocketPath, type NewHostEvent, packetSocketPath } from "@tundeck/shared"
import type { Logger } from "pino"
import { type EngineServer, serveEngine } from "../../engine-rpc/serve.ts"
import { serveCaptures } from "../../engine-rpc/serve-captures.ts"
import { servePackets } from "../../engine-rpc/serve-packets.ts"
import { checkHost } from "../host/checks.ts"
import { hostNetworks } from "../host/host-networks.ts"
import { createBroker } from "../interfaces/broker.ts"
import { createOpenDevice } from "../interfaces/device-file.ts"
import { FrameEndsFinder } from "../interfaces/frame-ends.ts"
import { createNetwork } from "../interfaces/network.ts"
import type { CreateTunnelManager } from "../ports.ts"
import { Probes } from "../probes/probes.ts"
import { actFor, acting } from "../system-calls/acting.ts"
import { CallLog } from "../system-calls/call-log.ts"
import { coalesce } from "./coalesce.ts"
import { createHandlers } from "./handlers.ts"
import { createPeerCheck } from "./peer-check.ts"
import type { EngineSettings } from "./settings.ts"

export interface Engine {
  close(): Promise<void>
}

const changesIntervalMs = 250

/**
 * The composition root. The sockets are made first, by whoever we are then, so that root can give them to the panel's
 * user; `dropPrivileges` runs before the first connection is taken and before the first Worker starts.
 */
export async function startEngine(
  settings: EngineSettings,
  parts: { log: Logger; createTunnelManager: CreateTunnelManager; dropPrivileges: () => void },
): Promise<Engine> {
  const { log } = parts
  const { socketPath, panelUid } = settings
  const calls = new CallLog()
  const broker = settings.brokerFd === undefined ? undefined : createBroker(settings.brokerFd)
  const openDevice = createOpenDevice(broker)
  const network = createNetwork({ openDevice, broker, onEvent: tellEvent })
  const tunnels = parts.createTunnelManager({
    devices: network.devices,
    onStatus: (status) => server?.notify("tunnel.changed", status),
    onEvent: tellEvent,
    onPackets: (batch) => packets.send(batch),
    onKernelCall: (call, context) => calls.add(call, context),
    wireguard: {
      onStamped: (stamped) => server?.notify("tunnel.stamped", stamped),
      onReconfigured: (report) => server?.notify("tunnel.reconfigured", report),
      sockets: {
        open: (name) => broker?.openWireguard(name) ?? { errno: errno.EACCES },
        remove: (name) => broker?.removeWireguard(name),
      },
      isStandAlone: false,
      settings: settings.wireguard,
    },
  })
  const handlers = createHandlers({
    interfaces: network.interfaces,
    tunnels,
    probes: new Probes({ tunnels, rtnetlink: network.rtnetlink }),
    frames: new FrameEndsFinder(network.rtnetlink),
    calls,
    hostNetworks: () => hostNetworks(network.rtnetlink),
    checkHost: () => checkHost({ openDevice, rtnetlink: network.rtnetlink, now: Date.now }),
  })

  let isReady = false
  const isPanel = createPeerCheck(panelUid, (peer) => log.warn({ peer }, "turned away a process that is not the panel"))
  const access = { owner: panelUid, authorize: (socket: Parameters<typeof isPanel>[0]) => isReady && isPanel(socket) }
  const packets = await servePackets(packetSocketPath(socketPath), access)
  const captures = await serveCaptures(captureSocketPath(socketPath), (request) => tunnels.capture(request), access)
  let server: EngineServer | undefined = await serveEngine(socketPath, handlers, {
    ...access,
    actFor,
    onConnect: () => log.info("the panel is connected"),
    onDisconnect: () => log.info("the panel went away; everything runs on"),
    onFault: (error, method) => log.error({ err: error, method }, "a request failed for a reason of our own"),
  })
  parts.dropPrivileges()
  isReady = true

  function tellEvent(event: NewHostEvent): void {
    log.info({ subject: event.subject, severity: event.severity }, event.text)
    server?.notify("event", event)
  }

  const tellChanges = coalesce(changesIntervalMs, () => server?.notify("interfaces.changed", null))
  network.watcher.onChange(({ name, before, after }) => {
    tellChanges()
    if (after !== undefined && before?.index !== after.index) tunnels.interfaceChanged(name)
  })
  network.watcher.start()
  observeKernelCalls((call) => {
    // Sockets of this thread are none of a tunnel's.
    if (call.kind !== "setsockopt" && call.kind !== "socket")
      calls.add(call, { ...acting(), interface: call.interfaces[0]?.name ?? null })
  })

  return {
    async close() {
      observeKernelCalls(undefined)
      await attempt(log, "tunnels", () => tunnels.close())
      tellChanges.cancel()
      await attempt(log, "interfaces", () => network.close())
      await attempt(log, "engine socket", () => server?.close())
      server = undefined
      await attempt(log, "packet socket", () => packets.close())
      await attempt(log, "capture socket", () => captures.close())
    },
  }
}

/** One part that fails to close keeps no other from closing. */
async function attempt(log: Logger, part: string, close: () => unknown): Promise<void> {
  try {
    await close()
  } catch (error) {
    log.error({ err: error, part }, "could not be closed in order")
  }
}
