import { randomBytes } from "node:crypto"
import {
  type CountedRow,
  type MovedNetwork,
  Problem,
  parsedBy,
  type TransportSwap,
  type TunnelConfig,
  type TunnelCreate,
  type TunnelPatch,
  type TunnelReconfigured,
  type TunnelStats,
  type TunnelStatus,
  type TunnelView,
  tunnelConfig,
} from "@tundeck/shared"
import { recordAudit } from "../store/audit.ts"
import { InterfaceRows } from "./interface-rows.ts"
import type { Parts } from "./parts.ts"
import { peerHosts, type Resolve, refusePublicPeer, resolveName } from "./public-peer.ts"
import { saveOrTakeBack } from "./save.ts"
import { TransportSwaps } from "./transport-swaps.ts"
import { changeText, isOtherTransport } from "./tunnel-changes.ts"
import { reconfiguration } from "./tunnel-reconfiguration.ts"
import { type TunnelRow, TunnelRows } from "./tunnel-rows.ts"
import { changedEnds, completeEnds } from "./tunnel-security.ts"
import { noStats, TunnelStates } from "./tunnel-states.ts"
import { tunnelView } from "./tunnel-view.ts"

/** What shall become of a tunnel. */
export interface TunnelChange {
  after: TunnelConfig
  /** For the audit, as the route is named, and what was asked. */
  action: string
  detail: unknown
  /** For the time line: `Changed`; who did it is added. */
  text: string
  /** Whom it may speak with that it did not before. */
  hosts: string[]
  /** Saved with it, at once. */
  alsoSave?: () => void
  /** Networks that are another peer's now. */
  moved?: MovedNetwork[]
}

/** A running tunnel's counters as one line of live `stats`. */
interface TunnelCounters {
  id: string
  stats: TunnelStats
  swap?: TransportSwap
}

/**
 * Tunnels: the store holds them and whether each shall run, the engine runs them. A change is done by the engine, then saved; when it
 * cannot be saved, the engine takes it back. `actor` is who the audit names.
 */
export class Tunnels {
  readonly #parts: Parts
  readonly #rows: TunnelRows
  readonly #interfaces: InterfaceRows
  readonly #states: TunnelStates
  readonly #swaps: TransportSwaps
  readonly #resolve: Resolve

  constructor(parts: Parts, { resolve = resolveName, now = Date.now }: { resolve?: Resolve; now?: () => number } = {}) {
    this.#parts = parts
    this.#rows = new TunnelRows(parts.store)
    this.#interfaces = new InterfaceRows(parts.store)
    this.#swaps = new TransportSwaps(now)
    this.#states = new TunnelStates(parts.engine, this.#swaps)
    this.#resolve = resolve
  }

  /** With the engine's newest counters, or, while it is away, the last known ones. */
  async list(): Promise<TunnelView[]> {
    await this.#refresh()
    return this.views()
  }

  async read(idOrName: string): Promise<TunnelView> {
    await this.#refresh()
    return this.#view(this.row(idOrName))
  }

  async stats(idOrName: string): Promise<TunnelStats> {
    const { config } = this.row(idOrName)
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
  async poll(): Promise<TunnelCounters[]> {
    await this.#states.refresh()
    return this.#states.running().map(({ id, stats }) => {
      const swap = this.#swaps.get(id)
      return swap === null ? { id, stats } : { id, stats, swap }
    })
  }

  /** Called now and then, so that it is known what a tunnel carried when its transport changes, though nobody looked. */
  sample(): void {
    this.#states.sample()
  }

  /** The engine counted on. */
  counted(rows: readonly CountedRow[]): void {
    for (const row of rows) this.#states.counted(row)
  }

  create(actor: string, wish: TunnelCreate): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { moved, ...ends } = completeEnds(wish)
      const config: TunnelConfig = { id: `t_${randomBytes(8).toString("hex")}`, ...wish, ...ends }
      this.#refuseTakenName(config)
      await this.#refuseUnknownInterface(config)
      await refusePublicPeer(config.transport, peerHosts(config), this.#resolve)
      const { id, name } = config
      if (config.autostart) await this.#start(config)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "createTunnel", subject: `tunnel ${name}`, detail: config },
        () => this.#rows.insert({ config, running: config.autostart, createdAt: Date.now() }),
        async () => config.autostart && (await this.#stop(id)),
      )
      this.#tell(config, `Created by ${actor}`)
      return this.#tellMoves(this.row(id), moved)
    })
  }

  change(actor: string, idOrName: string, patch: TunnelPatch): Promise<TunnelView> {
    return this.update(actor, idOrName, (before) => {
      const { moved, ...ends } = changedEnds(before, patch)
      const after = parsedBy(tunnelConfig, { ...before, ...patch, ...ends })
      const text = changeText(before, after)
      return { after, action: "changeTunnel", detail: patch, text, hosts: peerHosts(after), moved }
    })
  }

  /** The one way to another configuration. `decide` throws a Problem for what cannot be. */
  update(actor: string, idOrName: string, decide: (before: TunnelConfig) => TunnelChange): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config: before, running } = this.row(idOrName)
      const { after, action, detail, text, hosts, alsoSave, moved = [] } = decide(before)
      if (after.name !== before.name) this.#refuseTakenName(after)
      if (after.interface !== before.interface) await this.#refuseUnknownInterface(after)
      await refusePublicPeer(after.transport, hosts, this.#resolve)
      const isSwap = running && after.interface === before.interface && isOtherTransport(before, after)
      if (isSwap) await this.#states.refresh()
      const carried = this.#swaps.average(after.id)
      const status = running ? await this.#start(after) : undefined
      await saveOrTakeBack(
        this.#parts,
        { actor, action, subject: `tunnel ${before.name}`, detail },
        () => {
          this.#rows.update(after)
          alsoSave?.()
        },
        async () => running && (await this.#start(before)),
      )
      if (after.interface !== before.interface) this.#swaps.forget(after.id) // it starts anew
      if (isSwap && status !== undefined) {
        this.#swaps.record(status, { from: before.transport.kind, to: after.transport.kind, before: carried })
      }
      this.#tell(after, `${text} by ${actor}`)
      return this.#tellMoves(this.row(after.id), moved)
    })
  }

  start(actor: string, idOrName: string): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.row(idOrName)
      await this.#start(config)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "startTunnel", subject: `tunnel ${config.name}` },
        () => this.#rows.setRunning(config.id, true),
        async () => running || (await this.#stop(config.id)),
      )
      this.#tell(config, `Started by ${actor}`)
      return this.#view(this.row(config.id))
    })
  }

  stop(actor: string, idOrName: string): Promise<TunnelView> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.row(idOrName)
      await this.#stop(config.id)
      await saveOrTakeBack(
        this.#parts,
        { actor, action: "stopTunnel", subject: `tunnel ${config.name}` },
        () => this.#rows.setRunning(config.id, false),
        async () => running && (await this.#start(config)),
      )
      this.#tell(config, `Stopped by ${actor}`)
      return this.#view(this.row(config.id))
    })
  }

  delete(actor: string, idOrName: string): Promise<void> {
    return this.#parts.serial.run(async () => {
      const { config, running } = this.row(idOrName)
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

  /** A handshake of the tunnel bore this time: none after a restart may bear an earlier one. */
  stamped(id: string, stampedAfter: string): void {
    this.#rows.setStampedAfter(id, stampedAfter)
  }

  /** It was changed over its configuration socket, and runs so already: saved like any other change. Throws Problem. */
  saveReconfigured(change: TunnelReconfigured): void {
    const row = this.#rows.find(change.id)
    const made = row && reconfiguration(row.config, change)
    if (row === undefined || made === undefined) return
    const { after, detail, text } = made
    const subject = `tunnel ${row.config.name}`
    this.#parts.store.transaction(() => {
      this.#rows.update(after)
      recordAudit(this.#parts.store, { actor: "configuration socket", action: "reconfigureTunnel", subject, detail })
    })
    this.#tell(after, text)
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

  /** As it is saved. Throws Problem tunnel-not-found. */
  row(idOrName: string): TunnelRow {
    const row = this.#rows.find(idOrName)
    if (row === undefined) throw new Problem("tunnel-not-found", `There is no tunnel ${idOrName}.`)
    return row
  }

  async #refresh(): Promise<void> {
    if (this.#parts.engine.connected) await this.#states.refresh().catch(unlessAway)
  }

  #view(row: TunnelRow): TunnelView {
    const { id } = row.config
    return tunnelView(row, this.#states.get(id), this.#swaps.get(id))
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
    if ((await this.#parts.engine.call("interface.read", { name })) !== null) return
    const errors = [{ path: "interface", message: "Create the interface first." }]
    throw new Problem("interface-not-found", `This machine has no tun or tap named ${name}.`, errors)
  }

  #runs(id: string): boolean {
    return (this.#states.get(id)?.state ?? "stopped") !== "stopped"
  }

  async #start(config: TunnelConfig): Promise<TunnelStatus> {
    const status = await this.#parts.engine.call("tunnel.start", config)
    this.#states.set(status)
    return status
  }

  async #stop(id: string): Promise<void> {
    await this.#parts.engine.call("tunnel.stop", { id }).catch(unlessStopped)
    this.#states.stopped(id)
  }

  #tellMoves(row: TunnelRow, moved: readonly MovedNetwork[]): TunnelView {
    if (moved.length === 0) return this.#view(row)
    const text = moved.map(({ network, from, to }) => `${network} moved from ${from} to ${to}`).join("; ")
    this.#parts.events.record({ severity: "warning", subject: `tunnel ${row.config.name}`, text })
    return { ...this.#view(row), moved: [...moved] }
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
