import { setTimeout as sleep } from "node:timers/promises"
import {
  type ExperimentNetwork,
  type ExperimentView,
  experiment,
  experimentNetworks,
  interfaceCreate,
  type PingResult,
  Problem,
  type TunnelView,
  tunnelCreate,
} from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { freeNetwork } from "./experiment-network.ts"
import type { Interfaces } from "./interfaces.ts"
import type { Probes } from "./probes.ts"
import { Serial } from "./serial.ts"
import type { Tunnels } from "./tunnels.ts"

/** The kernel drops what is sent before it has noticed that a program is there. */
const mostTries = 6
const betweenTriesMs = 200

interface ExperimentParts {
  engine: Engine
  interfaces: Interfaces
  tunnels: Tunnels
  probes: Probes
}

/** Proves on one machine, with no peer, that everything works: makes an interface and a responder, and pings it. */
export class Experiment {
  readonly #parts: ExperimentParts
  readonly #serial = new Serial()
  #ping: PingResult | null = null

  constructor(parts: ExperimentParts) {
    this.#parts = parts
  }

  state(): ExperimentView {
    const tunnel = this.#tunnel()
    const network = this.#network()
    const made = tunnel !== undefined || network !== undefined
    return {
      made,
      interface: experiment.interface,
      address: network?.address ?? null,
      tunnel: tunnel?.id ?? null,
      destination: network?.neighbour ?? null,
      ping: made ? this.#ping : null,
    }
  }

  /** Makes what is missing and pings. Where that fails, what it made goes again. */
  start(actor: string): Promise<ExperimentView> {
    return this.#serial.run(async () => {
      const { interface: name, tunnel } = experiment
      const undo: (() => Promise<void>)[] = []
      try {
        const there = this.#network()
        const network = there ?? freeNetwork(await this.#parts.engine.call("host.networks", null))
        if (there === undefined) {
          const wish = interfaceCreate.parse({ name, kind: "tun", addresses: [network.address] })
          await this.#parts.interfaces.create(actor, wish)
          undo.unshift(() => this.#parts.interfaces.delete(actor, name))
        }
        if (this.#tunnel() === undefined) {
          const ends = { transport: { kind: "responder" }, security: { kind: "none" } }
          const wish = { name: tunnel, interface: name, ...ends }
          await this.#parts.tunnels.create(actor, tunnelCreate.parse(wish))
          undo.unshift(() => this.#parts.tunnels.delete(actor, tunnel))
        }
        if (this.#tunnel()?.state === "stopped") await this.#parts.tunnels.start(actor, tunnel)
        this.#ping = await this.#firstPing(actor, network.neighbour)
      } catch (error) {
        for (const takeBack of undo) await takeBack().catch(() => {}) // what stays, `state` tells and `stop` takes
        throw error
      }
      return this.state()
    })
  }

  /** All goes that is there; throws Problem only for what could not be taken away. */
  stop(actor: string): Promise<void> {
    return this.#serial.run(async () => {
      const tunnel = this.#tunnel()
      if (tunnel !== undefined) await this.#parts.tunnels.delete(actor, tunnel.id)
      if (this.#network() !== undefined) await this.#parts.interfaces.delete(actor, experiment.interface)
      this.#ping = null
    })
  }

  /** Once it answers at all, what is measured is the way, not the kernel's taking notice. */
  async #firstPing(actor: string, destination: string): Promise<PingResult> {
    for (let tries = 1; tries < mostTries; tries++) {
      const first = await this.#pingOf(actor, destination, 1).catch((error: unknown) => unlessEarly(error))
      if ((first?.received ?? 0) > 0) break
      await sleep(betweenTriesMs)
    }
    return this.#pingOf(actor, destination, 4)
  }

  #pingOf(actor: string, destination: string, count: number): Promise<PingResult> {
    return this.#parts.probes.ping(actor, experiment.tunnel, { destination, count, intervalMs: 100, dataBytes: 56 })
  }

  /** One of its name that is something else is not ours. */
  #tunnel(): TunnelView | undefined {
    const found = this.#parts.tunnels.view(experiment.tunnel)
    return found?.transport.kind === "responder" && found.interface === experiment.interface ? found : undefined
  }

  /** That of its interface, while there is one. */
  #network(): ExperimentNetwork | undefined {
    const own = this.#parts.interfaces.wanted().find(({ name }) => name === experiment.interface)
    return experimentNetworks.find(({ address }) => own?.addresses.includes(address))
  }
}

/** So it may be while the device is being attached. */
const early: ReadonlySet<string> = new Set(["tunnel-not-running", "destination-not-routed"])

function unlessEarly(error: unknown): undefined {
  if (!(error instanceof Problem) || !early.has(error.code)) throw error
}
