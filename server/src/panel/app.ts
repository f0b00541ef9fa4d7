import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Declaration, Problem } from "@tundeck/shared"
import type { FastifyBaseLogger, FastifyInstance, RouteOptions } from "fastify"
import { Sessions } from "./auth/sessions.ts"
import { Tokens } from "./auth/tokens.ts"
import { AutomaticCaptures } from "./captures/automatic-captures.ts"
import { Captures } from "./captures/captures.ts"
import { SavedCaptures } from "./captures/saved-captures.ts"
import { createChanges } from "./changes.ts"
import { EngineClient } from "./engine-client/engine-client.ts"
import { readPackets } from "./engine-client/packet-client.ts"
import { createEngineListener } from "./engine-sync.ts"
import { everySecond } from "./history/every-second.ts"
import { History } from "./history/history.ts"
import { openHistory } from "./history/history-store.ts"
import { registerApi } from "./http/api.ts"
import { describeApi, serveDocs } from "./http/docs.ts"
import { createHandlers } from "./http/handlers.ts"
import { serveMetrics } from "./http/metrics.ts"
import { createServer } from "./http/server.ts"
import { type PageFile, servePage } from "./http/web-page.ts"
import { Live } from "./live/live.ts"
import { PacketFeeds } from "./live/packet-feeds.ts"
import { Demo, type LauncherChannel } from "./services/demo.ts"
import { Events } from "./services/events.ts"
import { Experiment } from "./services/experiment.ts"
import { Injections } from "./services/injections.ts"
import { Interfaces } from "./services/interfaces.ts"
import { Invites } from "./services/invites/invites.ts"
import { PacketReads } from "./services/packet-reads.ts"
import { Probes } from "./services/probes.ts"
import type { Resolve } from "./services/public-peer.ts"
import { Serial } from "./services/serial.ts"
import { TunnelImports } from "./services/tunnel-imports.ts"
import { TunnelKeys } from "./services/tunnel-keys.ts"
import { TunnelPeers } from "./services/tunnel-peers.ts"
import { Tunnels } from "./services/tunnels.ts"
import type { Settings } from "./settings.ts"
import { openStore, takeSnapshotWhenDue } from "./store/open.ts"

const lookForSnapshotMs = 3_600_000
/** What tunnels carry, while nobody looks at their counters. */
const sampleTunnelsMs = 5000
const sweepInvitesMs = 5000
const megabyte = 1024 * 1024
export const builtPage = fileURLToPath(new URL("../../../web/dist", import.meta.url))

/** What the panel is built from. Tests replace parts of it, never modules. */
export interface PanelParts {
  settings: Pick<Settings, "listen" | "origins" | "dataDirectory" | "engineSocket" | "launchId"> &
    Partial<Pick<Settings, "captureMegabytes">>
  logger: FastifyBaseLogger
  page: PageFile[]
  tls?: { cert: Buffer; key: Buffer } | undefined
  /** What shall exist, or why that could not be read. */
  declared?: Declaration | Error | undefined
  launcher?: LauncherChannel | undefined
  now?: () => number
  /** How long events of a capture are gathered, and how far its files are apart. */
  captureTimes?: { settleMs: number; pauseMs: number } | undefined
  resolve?: Resolve
  overloadedAfterMs?: number
  /** Told of every route that is registered. */
  onRoute?: (route: RouteOptions) => void
}

export interface Panel {
  app: FastifyInstance
  sessions: Sessions
  tokens: Tokens
  invites: Invites
  /** In reverse order of building; a part that fails to close keeps no other from closing. */
  close(): Promise<void>
}

/** The composition root: every part is made here, once, and handed to those that need it. */
export async function buildPanel(parts: PanelParts): Promise<Panel> {
  const { settings, logger, page, tls, launcher, now = Date.now } = parts
  const secure = tls !== undefined
  const closers: { name: string; close: () => unknown }[] = []
  const closing = (name: string, close: () => unknown) => closers.push({ name, close })

  const { store, warning } = openStore(settings.dataDirectory)
  closing("store", () => store.close())
  const changes = createChanges()
  const events = new Events(store, changes)
  closing("events", () => events.flush())
  if (warning !== undefined) {
    logger.error(warning)
    events.record({ severity: "error", subject: "state", text: warning })
  }
  const snapshots = setInterval(snapshotWhenDue, lookForSnapshotMs)
  closing("snapshots", () => clearInterval(snapshots))
  function snapshotWhenDue(): void {
    try {
      takeSnapshotWhenDue(store, settings.dataDirectory)
    } catch (error) {
      logger.error({ err: error }, "the daily copy of the state could not be made")
    }
  }
  snapshotWhenDue()

  const sessions = new Sessions(store, changes, now)
  const tokens = new Tokens(store, changes, now)
  const engine = new EngineClient(settings.engineSocket)
  const services = { store, engine, events, changes, serial: new Serial() }
  const interfaces = new Interfaces(services)
  const tunnels = new Tunnels(services, { now, ...(parts.resolve && { resolve: parts.resolve }) })
  const peers = new TunnelPeers(tunnels, engine)
  const injections = new Injections(tunnels, engine, store)
  const probes = new Probes(tunnels, engine, store)
  const { dataDirectory, engineSocket, captureMegabytes } = settings
  const saved = new SavedCaptures({
    ...{ store, tunnels, events, engineSocket, now },
    directory: join(dataDirectory, "captures"),
    mostBytes: captureMegabytes === undefined ? undefined : captureMegabytes * megabyte,
  })
  closing("saved captures", () => saved.close())
  const fault = (text: string) => (error: unknown) => logger.error({ err: error }, text)
  changes.tunnelDeleted.on((id) => void saved.forget(id).catch(fault("saved captures could not be deleted")))
  const onFault = fault("captures could not be looked after")
  const automatic = new AutomaticCaptures({ changes, tunnels, saved, events, onFault, ...parts.captureTimes })
  closing("automatic captures", () => automatic.close())
  const sampling = setInterval(() => tunnels.sample(), sampleTunnelsMs)
  closing("sampling", () => clearInterval(sampling))
  const history = new History({
    engine,
    store: openHistory(settings.dataDirectory),
    now,
    onCounted(rows) {
      tunnels.counted(rows)
      automatic.counted(rows)
    },
    onFault: (error) => logger.error({ err: error }, "the history could not be saved"),
  })
  const recording = everySecond(() => history.read())
  changes.tunnelDeleted.on((id) => history.forget(id))
  closing("history", async () => {
    await recording.stop()
    history.close()
  })
  const invites = new Invites(services, { tunnels, interfaces, now })
  const sweeping = setInterval(() => invites.sweep().catch(sweepFailed), sweepInvitesMs)
  closing("sweeping", () => clearInterval(sweeping))
  function sweepFailed(error: unknown): void {
    if (!(error instanceof Problem)) logger.error({ err: error }, "invites could not be looked after")
  }
  const demo = new Demo(store, launcher)
  const feeds = new PacketFeeds(engine, changes)
  closing("packet feeds", () => feeds.close())
  const isLive = ({ via, credential }: { via: "session" | "token"; credential: string }) =>
    via === "session" ? sessions.isLive(credential) : tokens.isLive(credential)
  const live = new Live({ changes, tunnels, feeds, isLive })
  closing("live", () => live.close())

  const credentials = { sessions, tokens, secure }
  const app = await createServer({
    ...settings,
    secure,
    tls,
    logger,
    credentials,
    overloadedAfterMs: parts.overloadedAfterMs,
  })
  closing("http", () => app.close())
  if (parts.onRoute) app.addHook("onRoute", parts.onRoute)
  await describeApi(app, secure)
  const handlers = createHandlers(app, {
    sessions,
    tokens,
    interfaces,
    tunnels,
    peers,
    injections,
    probes,
    experiment: new Experiment({ engine, interfaces, tunnels, probes }),
    history,
    keys: new TunnelKeys(tunnels),
    invites,
    imports: new TunnelImports({ tunnels, interfaces, now }),
    captures: new Captures({ store, tunnels, engineSocket, now }),
    saved,
    packets: new PacketReads({ store, tunnels, feeds, now }),
    feeds,
    events,
    demo,
    engine,
    secure,
  })
  await app.register(async (api) => registerApi(api, handlers), { prefix: "/api/v1" })
  app.get("/api/v1/live", { websocket: true, config: { access: "viewer" } }, (socket, { identity }) => {
    if (identity === null)
      socket.close(4401) // the sign-in hook lets nobody come so far
    else live.accept(socket, identity)
  })
  serveDocs(app)
  serveMetrics(app, {
    tunnels: () => tunnels.list(),
    engineConnected: () => engine.connected,
    viewers: () => live.viewers,
  })
  servePage(app, page)
  await app.ready()

  const packets = readPackets(settings.engineSocket, (batch) => feeds.take(batch))
  closing("packets", () => packets.close())
  const { launchId } = settings
  const log = logger
  const declared = parts.declared instanceof Error ? undefined : parts.declared
  if (parts.declared instanceof Error) {
    logger.error(parts.declared.message)
    events.record({ severity: "error", subject: "declaration", text: parts.declared.message })
  }
  engine.start(createEngineListener({ ...services, interfaces, tunnels, feeds, log, launchId, declared }))
  closing("engine", () => engine.close()) // first of all: an engine that ends at the same time is then no news

  return {
    app,
    sessions,
    tokens,
    invites,
    async close() {
      for (const { name, close } of closers.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          logger.error({ err: error }, `${name} did not close`)
        }
      }
    },
  }
}
