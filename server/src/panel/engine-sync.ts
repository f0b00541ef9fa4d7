import { type Declaration, Problem, type TunnelReconfigured } from "@tundeck/shared"
import type { FastifyBaseLogger } from "fastify"
import type { Changes } from "./changes.ts"
import type { Engine, EngineListener } from "./engine-client/engine-client.ts"
import type { PacketFeeds } from "./live/packet-feeds.ts"
import { applyDeclaration } from "./services/declaration.ts"
import type { Events } from "./services/events.ts"
import type { Interfaces } from "./services/interfaces.ts"
import type { Serial } from "./services/serial.ts"
import type { Tunnels } from "./services/tunnels.ts"
import { type Store, sql } from "./store/store.ts"

export interface SyncParts {
  store: Store
  engine: Engine
  interfaces: Interfaces
  tunnels: Tunnels
  feeds: PacketFeeds
  events: Events
  changes: Changes
  serial: Serial
  log: FastifyBaseLogger
  launchId: string
  declared: Declaration | undefined
}

const launchFact = "launch-id"

/**
 * What passes between the panel and each engine that it meets. The engine remembers nothing, so each one is told all that is wanted.
 *
 *   everything started anew     autostart decides, and what the engine already runs runs on
 *   only the panel died         the engine runs on; what start and stop last said is what it runs
 *   only the engine died        what start and stop last said runs again
 */
export function createEngineListener(parts: SyncParts): EngineListener {
  const { store, interfaces, tunnels, feeds, events, changes, log } = parts
  let { declared } = parts
  let met = false
  /** Why the engine last refused: said once, not at each new try. */
  let fault: string | undefined

  async function decideWhatRuns(engine: Engine): Promise<void> {
    if (met) return
    const last = store.first(sql.selectFrom("facts").select("value").where("name", "=", launchFact))
    if (last?.value === parts.launchId) return
    const running = new Set((await engine.call("tunnel.list", null)).map(({ id }) => id))
    const value = parts.launchId
    store.transaction(() => {
      tunnels.restart(running)
      store.run(
        sql
          .insertInto("facts")
          .values({ name: launchFact, value })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
      )
    })
  }

  async function tellWhatIsWanted(engine: Engine): Promise<void> {
    await decideWhatRuns(engine).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== "store-full") throw error
      log.error("what runs could not be saved: the disk is full or read-only")
    })
    for (const change of await engine.call("tunnel.reconfigurations", null)) await takeReconfigured(change, engine)
    const { failures } = await engine.call("wanted.set", {
      interfaces: interfaces.wanted(),
      tunnels: tunnels.wanted(),
    })
    for (const { subject, detail } of failures) {
      log.warn({ subject, detail }, "the engine could not do what is wanted")
      events.record({ severity: "error", subject, text: detail })
    }
    await tunnels.poll()
    await feeds.watchAgain()
    if (met) events.record({ severity: "info", subject: "engine", text: "The engine is back." })
    met = true
    for (const { id } of tunnels.views()) changes.tunnel.emit(id)
    changes.interfaces.emit()
    log.info("the engine is connected")
    if (declared !== undefined) {
      const now = declared
      declared = undefined
      applyDeclaration(now, parts).catch((error: unknown) => log.error({ err: error }, "the declaration failed"))
    }
  }

  /** The state could not be saved: said once by whoever changes something; here it is tried again with the next one. */
  function saved(write: () => void): boolean {
    try {
      write()
      return true
    } catch (error) {
      if (error instanceof Problem && error.code === "store-full") return false
      throw error
    }
  }

  /** What cannot be saved stays with the engine, which is asked for it again after the next connection. */
  async function takeReconfigured(change: TunnelReconfigured, engine: Engine = parts.engine): Promise<void> {
    const { id, revision } = change
    try {
      if (saved(() => tunnels.saveReconfigured(change)))
        await engine.call("tunnel.reconfigured.taken", { id, revision })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.code === "engine-unavailable") return
      const fields = (error.errors ?? []).map(({ path, message }) => `${path}: ${message}`)
      const text = ["A change over its configuration socket could not be saved:", error.message, ...fields].join(" ")
      events.record({ severity: "error", subject: `tunnel ${tunnels.view(id)?.name ?? id}`, text })
    }
  }

  return {
    async connected(engine) {
      try {
        // As one of the changes: none of them is half-done while the wishes are read and told.
        await parts.serial.run(() => tellWhatIsWanted(engine))
        fault = undefined
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        if (why !== fault) log.error({ err: error }, "the engine does not take what is wanted; trying again")
        fault = why
        throw error
      }
    },
    disconnected() {
      if (!met) return
      log.warn("the engine is away")
      events.record({
        severity: "error",
        subject: "engine",
        text: "The engine does not answer. Tundeck starts it again.",
      })
    },
    "interfaces.changed": () => changes.interfaces.emit(),
    "tunnel.changed": (status) => tunnels.changed(status),
    "tunnel.stamped": ({ id, stampedAfter }) => saved(() => tunnels.stamped(id, stampedAfter)),
    "tunnel.reconfigured": (change) => {
      parts.serial.run(() => takeReconfigured(change)).catch((error: unknown) => log.error({ err: error }, "not taken"))
    },
    event: (event) => events.record(event),
  }
}
