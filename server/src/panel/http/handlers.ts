import type { Readable } from "node:stream"
import { commandOf, filterOf, Problem } from "@tundeck/shared"
import type { FastifyInstance, FastifyReply } from "fastify"
import { actorOf } from "../auth/identity.ts"
import type { Sessions } from "../auth/sessions.ts"
import type { Tokens } from "../auth/tokens.ts"
import type { Captures, NamedFile } from "../captures/captures.ts"
import type { SavedCaptures } from "../captures/saved-captures.ts"
import type { Engine } from "../engine-client/engine-client.ts"
import type { History } from "../history/history.ts"
import { historyPeer } from "../history/history-peer.ts"
import { historyCsv } from "../history/view.ts"
import type { PacketFeeds } from "../live/packet-feeds.ts"
import type { Demo } from "../services/demo.ts"
import type { Events } from "../services/events.ts"
import type { Experiment } from "../services/experiment.ts"
import { describeHost } from "../services/host.ts"
import type { Injections } from "../services/injections.ts"
import { exportInterface } from "../services/interface-export/export-interface.ts"
import type { Interfaces } from "../services/interfaces.ts"
import type { Invites } from "../services/invites/invites.ts"
import type { PacketReads } from "../services/packet-reads.ts"
import type { Probes } from "../services/probes.ts"
import type { TunnelImports } from "../services/tunnel-imports.ts"
import type { TunnelKeys } from "../services/tunnel-keys.ts"
import type { TunnelPeers } from "../services/tunnel-peers.ts"
import type { Tunnels } from "../services/tunnels.ts"
import { version } from "../version.ts"
import { type Handlers, TextAnswer } from "./api.ts"
import { clearSessionCookie, setSessionCookie } from "./session-cookie.ts"
import { limitInviteClaims, limitSignIns } from "./sign-in-limits.ts"

export interface ApiParts {
  sessions: Sessions
  tokens: Tokens
  interfaces: Interfaces
  tunnels: Tunnels
  peers: TunnelPeers
  injections: Injections
  probes: Probes
  experiment: Experiment
  history: History
  keys: TunnelKeys
  invites: Invites
  imports: TunnelImports
  captures: Captures
  saved: SavedCaptures
  packets: PacketReads
  feeds: PacketFeeds
  events: Events
  demo: Demo
  engine: Engine
  secure: boolean
}

/** Every route of the API and what does its work. */
export function createHandlers(app: FastifyInstance, parts: ApiParts): Handlers {
  const {
    sessions,
    tokens,
    interfaces,
    tunnels,
    peers,
    history,
    keys,
    invites,
    imports,
    captures,
    saved,
    injections,
    probes,
    experiment,
    packets,
    feeds,
    events,
    demo,
    engine,
    secure,
  } = parts
  const limitTries = limitSignIns(app)
  const limitClaims = limitInviteClaims(app)

  return {
    health: () => ({
      status: engine.connected ? "ok" : "degraded",
      version,
      engine: engine.connected ? "connected" : "unavailable",
    }),
    host: () => describeHost(engine),

    setupState: () => ({ needed: sessions.setupNeeded() }),
    setup: async ({ body, request, reply }) => {
      await limitTries(request)
      const { session, secret } = await sessions.setup(body)
      setSessionCookie(reply, secret, secure)
      return session
    },
    signIn: async ({ body, request, reply }) => {
      await limitTries(request)
      const { session, secret } = await sessions.signIn(body)
      setSessionCookie(reply, secret, secure)
      return session
    },
    currentSession: ({ identity }) => ({ username: identity.name, role: identity.role }),
    signOut: ({ identity, reply }) => {
      if (identity.via !== "session") throw new Problem("validation-failed", "A token is revoked, not signed out.")
      sessions.signOut(identity)
      clearSessionCookie(reply, secure)
      return null
    },
    listTokens: () => ({ items: tokens.list() }),
    createToken: ({ body, identity }) => tokens.create(actorOf(identity), body),
    revokeToken: ({ params, identity }) => {
      tokens.revoke(actorOf(identity), params.id)
      return null
    },

    listInterfaces: async () => ({ items: await interfaces.list() }),
    createInterface: ({ body, identity }) => interfaces.create(actorOf(identity), body),
    readInterface: ({ params }) => interfaces.read(params.name),
    changeInterface: ({ params, body, identity }) => interfaces.change(actorOf(identity), params.name, body),
    deleteInterface: ({ params, identity }) => done(interfaces.delete(actorOf(identity), params.name)),
    adoptInterface: ({ params, identity }) => interfaces.adopt(actorOf(identity), params.name),
    releaseInterface: ({ params, identity }) => done(interfaces.release(actorOf(identity), params.name)),
    repairInterface: ({ params, body, identity }) => interfaces.repair(actorOf(identity), params.name, body.fields),
    exportInterface: async ({ params, query }) => exportInterface(await interfaces.read(params.name), query.format),

    listTunnels: async () => ({ items: await tunnels.list() }),
    createTunnel: ({ body, identity }) => tunnels.create(actorOf(identity), body),
    readTunnel: ({ params }) => tunnels.read(params.id),
    changeTunnel: ({ params, body, identity }) => tunnels.change(actorOf(identity), params.id, body),
    deleteTunnel: ({ params, identity }) => done(tunnels.delete(actorOf(identity), params.id)),
    startTunnel: ({ params, identity }) => tunnels.start(actorOf(identity), params.id),
    stopTunnel: ({ params, identity }) => tunnels.stop(actorOf(identity), params.id),
    tunnelStats: ({ params }) => tunnels.stats(params.id),
    tunnelHistory: ({ params, query }) => {
      const { config } = tunnels.row(params.id)
      const view = history.view(config.id, historyPeer(config, query.peer), query)
      return query.format === "csv" ? new TextAnswer(historyCsv(view), `${config.name}-${view.resolution}.csv`) : view
    },
    listPeers: async ({ params }) => ({ items: await peers.list(params.id) }),
    addPeer: ({ params, body, identity }) => peers.add(actorOf(identity), params.id, body),
    changePeer: ({ params, body, identity }) => peers.change(actorOf(identity), params.id, params.peer, body),
    removePeer: ({ params, identity }) => done(peers.remove(actorOf(identity), params.id, params.peer)),
    rotateKey: ({ params, identity }) => keys.rotate(actorOf(identity), params.id),
    retireKey: ({ params, identity }) => keys.retire(actorOf(identity), params.id),
    listInvites: ({ params }) => ({ items: invites.list(params.id) }),
    createInvite: ({ params, body, identity, request }) =>
      invites.create(actorOf(identity), params.id, body, request.hostname),
    revokeInvite: ({ params, identity }) => done(invites.revoke(actorOf(identity), params.id, params.invite)),
    claimInvite: async ({ params, request }) => {
      await limitClaims(request)
      return invites.claim(params.token, request.ip)
    },
    acceptInvite: ({ body, identity }) => imports.accept(actorOf(identity), body),
    importTunnel: ({ body, identity }) => imports.import(actorOf(identity), body),
    exportTunnel: async ({ params, query }) => ({ format: query.format, files: await imports.export(params.id) }),
    listMacs: async ({ params }) => ({ items: await peers.macs(params.id) }),
    saveCapture: async ({ params, query, identity, reply }) =>
      attached(reply, await captures.save(actorOf(identity), params.id, query)),
    listCaptures: ({ query }) => saved.list(query.tunnel),
    keepCapture: ({ params, body, identity }) => {
      const actor = actorOf(identity)
      return saved.keep(actor, { ...body, tunnel: params.id, causes: [{ kind: "asked", by: actor }] })
    },
    downloadCapture: async ({ params, identity, reply }) =>
      attached(reply, await saved.download(actorOf(identity), params.id)),
    deleteCapture: ({ params, identity }) => done(saved.delete(actorOf(identity), params.id)),
    readFrame: ({ params, query }) => injections.frame(params.id, query),
    injectPacket: ({ params, body, identity }) => injections.inject(actorOf(identity), params.id, body),
    pingTunnel: ({ params, body, identity }) => probes.ping(actorOf(identity), params.id, body),
    traceTunnel: ({ params, body, identity }) => probes.trace(actorOf(identity), params.id, body),
    probePathMtu: ({ params, body, identity }) => probes.pathMtu(actorOf(identity), params.id, body),
    readPacket: ({ params, identity }) => packets.read(identity, params.id, params.number),
    tunnelPackets: async ({ params, query }) => {
      const { id, name, state } = await tunnels.read(params.id)
      const filter = query.filter === undefined ? undefined : filterOf(query.filter, { tunnel: [id, name] })
      if (state === "stopped") throw new Problem("tunnel-not-running", "Start it to see its packets.")
      return feeds.glance(id, query.limit, filter)
    },

    listEvents: ({ query }) => events.list(query),
    listSystemCalls: async ({ query: { tunnel, ...query } }) => {
      const of = tunnel === undefined ? {} : { tunnel: tunnels.row(tunnel).config.id }
      const calls = await engine.call("calls.list", { ...query, ...of })
      return { items: calls.map((call) => ({ ...call, command: commandOf(call) })) }
    },
    experimentState: () => experiment.state(),
    startExperiment: ({ identity }) => experiment.start(actorOf(identity)),
    stopExperiment: ({ identity }) => done(experiment.stop(actorOf(identity))),
    demoState: () => demo.state(),
    startDemo: ({ identity }) => demo.start(actorOf(identity)),
    stopDemo: ({ identity }) => done(demo.stop(actorOf(identity))),
  }
}

function attached(reply: FastifyReply, { name, bytes }: NamedFile): Readable {
  reply.header("content-disposition", `attachment; filename="${name}"`)
  return bytes
}

async function done(work: Promise<void>): Promise<null> {
  await work
  return null
}
