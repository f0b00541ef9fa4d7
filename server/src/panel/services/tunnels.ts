import { randomBytes } from "node:crypto"
import {
  hasFaults,
  Problem,
  type TunnelConfig,
  type TunnelCreate,
  type TunnelPatch,
  type TunnelStats,
  type TunnelStatus,
  type TunnelView,
  tunnelConfig,
} from "@tundeck/shared"
import { fieldErrors } from "./field-errors.ts"
import { InterfaceRows } from "./interface-rows.ts"
import type { Parts } from "./parts.ts"
import { type Resolve, refusePublicPeer, resolveName } from "./public-peer.ts"
import { saveOrTakeBack } from "./save.ts"
import { type TunnelRow, TunnelRows } from "./tunnel-rows.ts"
import { noStats, TunnelStates } from "./tunnel-states.ts"

/**
 * Tunnels: the store holds them and whether each shall run, the engine runs them. A change is done by the engine, then saved; when it
 * cannot be saved, the engine takes it back. `actor` is who the audit names.
 */
export class Tunnels {
  readonly #parts: Parts
  readonly #rows: TunnelRows
  readonly #interfaces: InterfaceRows
  readonly #states: TunnelStates
  readonly #resolve: Resolve

  constructor(parts: Parts, resolve: Resolve = resolveName) {
    this.#parts = parts
    this.#rows = new TunnelRows(parts.store)
    this.#interfaces = new InterfaceRows(parts.store)
    this.#states = new TunnelStates(parts.engine)
    this.#resolve = resolve
  }

  /** With the engine's newest counters, or, while it is away, the last known ones. */
  async list(): Promise<TunnelView[]> {
    await this.#refresh()
    return this.views()
  }

  async read(idOrName: string): Promise<TunnelView> {
    await this.#refresh()
    return this.#view(this.#row(idOrName))
  }

  async stats(idOrName: string): Promise<TunnelStats> {
    const { config } = this.#row(idOrName)
    await this.#states.refresh()
    return this.#states.get(config.id)?.stats ?? noStats
  }

  /** As last known, without asking the engine. */
  views(): TunnelView[] {
    return this.#rows.all().map((row) => this.#view(row))
  }

  /** As last known, without asking the engine; undefined when there is none. */
  view(idOrName: string): TunnelView | undefined {
    const row = this.#rows.find(idOrName)
    return row && this.#view(row)
  }

  /** The running ones after one question to the engine. */
  async poll(): Promise<TunnelStatus[]> {
    await this.#states.refresh()
    return this.#states.running()
  }

  create(actor: string, wish: TunnelCreate): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const config: TunnelConfig = { id: `t_${randomBytes(8).toString("hex")}`, ...wish }
      this.#refuseTakenName(config)
      await this.#refuseUnknownInterface(config)
      await refusePublicPeer(config.transport, this.#resolve)
      const { id, name } = config
      if (config.autostart) await this.#start(config)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "createTunnel", subject: `tunnel ${name}`, detail: config },
        () => this.#rows.insert({ config, running: config.autostart, createdAt: Date.now() }),
        async () => config.autostart && (await this.#stop(id)),
      )
      this.#tell(config, `Created by ${actor}`)
      return this.#view(this.#row(id))
    })
  }

  change(actor: string, idOrName: string, patch: TunnelPatch): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config: before, running } = this.#row(idOrName)
      const parsed = tunnelConfig.safeParse({ ...before, ...patch })
      if (!parsed.success) throw new Problem("validation-failed", undefined, fieldErrors(parsed.error))
      const after = parsed.data
      if (after.name !== before.name) this.#refuseTakenName(after)
      if (after.interface !== before.interface) await this.#refuseUnknownInterface(after)
      await refusePublicPeer(after.transport, this.#resolve)
      if (running) await this.#start(after)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "changeTunnel", subject: `tunnel ${before.name}`, detail: patch },
        () => this.#rows.update(after),
        async () => running && (await this.#start(before)),
      )
      this.#tell(after, `Changed by ${actor}`)
      return this.#view(this.#row(after.id))
    })
  }

  start(actor: string, idOrName: string): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.#row(idOrName)
      await this.#start(config)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "startTunnel", subject: `tunnel ${config.name}` },
        () => this.#rows.setRunning(config.id, true),
        async () => running || (await this.#stop(config.id)),
      )
      this.#tell(config, `Started by ${actor}`)
      return this.#view(this.#row(config.id))
    })
  }

  stop(actor: string, idOrName: string): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.#row(idOrName)
      await this.#stop(config.id)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "stopTunnel", subject: `tunnel ${config.name}` },
        () => this.#rows.setRunning(config.id, false),
        async () => running && (await this.#start(config)),
      )
      this.#tell(config, `Stopped by ${actor}`)
      return this.#view(this.#row(config.id))
    })
  }

  delete(actor: string, idOrName: string): Promise<void> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.#row(idOrName)
      if (running || this.#runs(config.id)) await this.#stop(config.id)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "deleteTunnel", subject: `tunnel ${config.name}`, detail: config },
        () => this.#rows.remove(config.id),
        async () => running && (await this.#start(config)),
      )
      this.#states.forget(config.id)
      this.#parts.events.record({ severity: "info", subject: `tunnel ${config.name}`, text: `Deleted by ${actor}` })
      this.#parts.changes.tunnelDeleted.emit(config.id)
    })
  }

  /** The engine says that a tunnel's state is another one. */
  changed(status: TunnelStatus): void {
    this.#states.set(status)
    this.#parts.changes.tunnel.emit(status.id)
  }

  /** All that shall run now. */
  wanted(): TunnelConfig[] {
    return this.#rows.all().flatMap(({ config, running }) => (running ? [config] : []))
  }

  /** After a restart of everything: what has autostart shall run, and what the engine already runs; nothing else. */
  restart(runningNow: ReadonlySet<string>): void {
    for (const { config, running } of this.#rows.all()) {
      const shall = config.autostart || runningNow.has(config.id)
      if (shall !== running) this.#rows.setRunning(config.id, shall)
    }
  }

  async #refresh(): Promise<void> {
    if (this.#parts.engine.connected) await this.#states.refresh().catch(unlessAway)
  }

  #row(idOrName: string): TunnelRow {
    const row = this.#rows.find(idOrName)
    if (row === undefined) throw new Problem("tunnel-not-found", `There is no tunnel ${idOrName}.`)
    return row
  }

  #view({ config, createdAt }: TunnelRow): TunnelView {
    const status = this.#states.get(config.id)
    return {
      ...config,
      insecure: config.security.kind === "none",
      state: status?.state ?? "stopped",
      reason: status?.reason ?? null,
      since: status?.since ?? createdAt,
      remote: status?.remote ?? null,
      peersConnected: status?.peersConnected ?? 0,
      largestPacket: status?.largestPacket ?? null,
      faulty: hasFaults(config.faults),
      swap: null,
      stats: status?.stats ?? noStats,
      createdAt,
    }
  }

  #refuseTakenName({ id, name }: TunnelConfig): void {
    const other = this.#rows.find(name)
    if (other === undefined || other.config.id === id) return
    throw new Problem("tunnel-exists", `There is a tunnel ${name}.`, [
      { path: "name", message: "Choose another name." },
    ])
  }

  async #refuseUnknownInterface({ interface: name }: TunnelConfig): Promise<void> {
    if (this.#interfaces.find(name) !== undefined) return
    const seen = await this.#parts.engine.call("interface.list", null)
    if (seen.some(({ actual }) => actual.name === name)) return
    const errors = [{ path: "interface", message: "Create the interface first." }]
    throw new Problem("interface-not-found", `This machine has no tun or tap named ${name}.`, errors)
  }

  #runs(id: string): boolean {
    return (this.#states.get(id)?.state ?? "stopped") !== "stopped"
  }

  async #start(config: TunnelConfig): Promise<void> {
    this.#states.set(await this.#parts.engine.call("tunnel.start", config))
  }

  async #stop(id: string): Promise<void> {
    await this.#parts.engine.call("tunnel.stop", { id }).catch(unlessStopped)
    this.#states.stopped(id)
  }

  #tell(config: TunnelConfig, text: string): void {
    this.#parts.events.record({ severity: "info", subject: `tunnel ${config.name}`, text })
    this.#parts.changes.tunnel.emit(config.id)
  }
}

function unlessAway(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== "engine-unavailable") throw error
}

/** Some engines may have forgotten it already: it is stopped, which is what was asked. */
function unlessStopped(error: unknown): null {
  if (error instanceof Problem && (error.code === "tunnel-not-found" || error.code === "tunnel-not-running"))
    return null
  throw error
}
