import type { HostCheck, HostNetwork, InterfaceWanted, TunnelConfig } from "@tundeck/shared"
import { Problem } from "@tundeck/shared"
import type { EngineHandlers } from "../../engine-rpc/serve.ts"
import type { FrameEndsFinder } from "../interfaces/frame-ends.ts"
import type { Interfaces } from "../interfaces/interfaces.ts"
import { toIpCommand } from "../interfaces/reconcile/step.ts"
import type { TunnelManager } from "../ports.ts"
import type { Probes } from "../probes/probes.ts"
import type { CallLog } from "../system-calls/call-log.ts"

export interface HandlerParts {
  interfaces: Interfaces
  tunnels: TunnelManager
  probes: Probes
  frames: FrameEndsFinder
  calls: Pick<CallLog, "list">
  checkHost: () => HostCheck[]
  hostNetworks: () => HostNetwork[]
}

interface Failure {
  subject: string
  detail: string
}

/** The engine protocol, method by method. Parameters have passed their schema; refusals are Problems. */
export function createHandlers(parts: HandlerParts): EngineHandlers {
  const { interfaces, tunnels, probes, frames, calls, checkHost, hostNetworks } = parts

  function setInterfaces(wanted: InterfaceWanted[]): Failure[] {
    return interfaces
      .setWanted(wanted)
      .map(({ name, problem }) => ({ subject: `interface ${name}`, detail: problem.message }))
  }

  async function setTunnels(wanted: TunnelConfig[]): Promise<Failure[]> {
    const ids = new Set(wanted.map(({ id }) => id))
    const unwanted = tunnels.list().filter(({ id }) => !ids.has(id))
    const failures: Failure[] = []
    const attempt = async (subject: string, act: () => unknown) => {
      try {
        await act()
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        failures.push({ subject, detail: error.message })
      }
    }
    await Promise.all(unwanted.map(({ id }) => attempt(`tunnel ${id}`, () => tunnels.stop(id))))
    for (const config of wanted) await attempt(`tunnel ${config.name}`, () => tunnels.start(config))
    return failures
  }

  return {
    "host.checks": checkHost,
    "host.networks": hostNetworks,
    "calls.list": (wish) => calls.list(wish),
    async "wanted.set"(wanted) {
      const failures = setInterfaces(wanted.interfaces)
      return { failures: [...failures, ...(await setTunnels(wanted.tunnels))] }
    },
    "interface.list": () => interfaces.list(),
    "interface.read": ({ name }) => interfaces.read(name),
    "interface.create": (input) => interfaces.create(input),
    "interface.apply": (request) => {
      const steps = interfaces.apply(request)
      return { steps: steps.map((step) => toIpCommand(request.wanted.name, step)) }
    },
    "interface.manage": (wanted) => {
      interfaces.manage(wanted)
      return null
    },
    "interface.release": ({ name }) => {
      interfaces.release(name)
      return null
    },
    "interface.delete": ({ name }) => {
      interfaces.delete(name)
      return null
    },
    "tunnel.start": (config) => tunnels.start(config),
    "tunnel.stop": async ({ id }) => {
      await tunnels.stop(id)
      return null
    },
    "tunnel.list": () => tunnels.list(),
    "tunnel.counted": ({ since }) => tunnels.counted(since),
    "tunnel.peers": ({ id }) => tunnels.peers(id),
    "tunnel.macs": ({ id }) => tunnels.macs(id),
    "tunnel.frame": ({ id, ...between }) => frames.find(tunnels.carried(id).interface, between),
    "tunnel.inject": (wanted) => tunnels.inject(wanted),
    "tunnel.ping": (wish) => probes.ping(wish),
    "tunnel.trace": (wish) => probes.trace(wish),
    "tunnel.pathMtu": (wish) => probes.pathMtu(wish),
    "tunnel.reconfigurations": () => tunnels.reconfigurations(),
    "tunnel.reconfigured.taken": ({ id, revision }) => {
      tunnels.taken(id, revision)
      return null
    },
    "tunnel.watch": ({ id, watch }) => {
      tunnels.watch(id, watch)
      return null
    },
  }
}
