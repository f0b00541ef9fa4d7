import { type MessagePort, receiveMessageOnPort, workerData } from "node:worker_threads"
import { observeKernelCalls } from "@tundeck/native-bindings"
import type { CallCause } from "@tundeck/shared"
import { EpollLoop } from "./epoll-loop.ts"
import type { CausedToWorker, FromWorker, ToWorker } from "./messages.ts"
import { RelayTunnel } from "./relay-tunnel.ts"
import { createWorkplace } from "./workplace.ts"

/**
 * A relay worker: one thread, one epoll loop, many tunnels. The thread never returns to its own event loop while it
 * runs; messages are fetched when the control thread has written to the eventfd.
 */

export interface RelayWorkerData {
  port: MessagePort
  /** An eventfd: the control thread writes to it after each message. */
  wakeFd: number
  wireguard?: Parameters<typeof createWorkplace>[0]
}

const { port, wakeFd, wireguard }: RelayWorkerData = workerData
const tunnels = new Map<string, RelayTunnel>()
const workplace = createWorkplace(wireguard)
const post = (message: FromWorker) => port.postMessage(message)
const loop = new EpollLoop(wakeFd, () => {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) take(next.message)
})

/** Whose message or alarm is seen to now. What is set while packets come in, as on a connection that is accepted, is not told. */
let actingFor: string | undefined
let cause: CallCause | undefined
const reconnecting: CallCause = { request: null, action: "reconnect" }
observeKernelCalls((call) => {
  if (actingFor !== undefined) post({ type: "kernel-call", id: actingFor, cause, call })
})

function take(message: CausedToWorker): void {
  if (message.type !== "close") actingFor = message.type === "add" ? message.spec.id : message.id
  cause = message.cause
  obey(message)
  actingFor = undefined
}

function obey(message: ToWorker): void {
  if (message.type === "close") return loop.stop()
  if (message.type === "add") return add(message.spec.id, new RelayTunnel(message.spec, { loop, workplace, post }))
  const tunnel = tunnels.get(message.id)
  switch (message.type) {
    case "remove":
      tunnel?.stop()
      tunnels.delete(message.id)
      return post({ type: "removed", id: message.id })
    case "device":
      return tunnel?.setDevice(message.device)
    case "mtu":
      return tunnel?.setMtu(message.mtu)
    case "peers":
      return tunnel?.setPeers(message.peers)
    case "transport":
      return tunnel?.setTransport(message.transport, message.peers)
    case "security":
      return tunnel?.setSecurity(message.security)
    case "faults":
      return tunnel?.setFaults(message.faults)
    case "ring":
      return tunnel?.setRing(message.ring)
    case "capture":
      return tunnel?.setCapture(message.capture)
    case "remotes":
      return tunnel?.setRemotes(message.remotes, message.reason, message.peer)
    case "inject": {
      const fate = tunnel?.inject(message.direction, message.peer, message.packet) ?? { verdict: "waiting" }
      return post({ type: "injected", id: message.id, question: message.question, fate })
    }
    case "macs":
      return post({ type: "macs", id: message.id, question: message.question, macs: tunnel?.macs() ?? [] })
  }
}

function add(id: string, tunnel: RelayTunnel): void {
  tunnels.set(id, tunnel)
  tunnel.start()
}

// Also when the loop fails: the sockets belong to the process and would outlive this thread, ports and all.
try {
  loop.run(() => {
    cause = reconnecting
    for (const tunnel of tunnels.values()) {
      actingFor = tunnel.id
      loop.wakeAt(tunnel.alarm(loop.now))
    }
    actingFor = undefined
  })
} finally {
  for (const tunnel of tunnels.values()) tunnel.stop()
  loop.close()
  workplace.memory.release()
  port.close()
}
