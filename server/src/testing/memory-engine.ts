import {
  type CallCause,
  captureSocketPath,
  type HostCheck,
  type HostNetwork,
  type InterfaceCreate,
  type InterfaceWanted,
  Problem,
  packetSocketPath,
  passed,
  type TunnelConfig,
  type TunnelReconfigured,
} from "@tundeck/shared"
import { type EngineHandlers, serveEngine } from "../engine-rpc/serve.ts"
import { serveCaptures } from "../engine-rpc/serve-captures.ts"
import { servePackets } from "../engine-rpc/serve-packets.ts"
import { MemoryCalls } from "./memory-calls.ts"
import { MemoryCapture } from "./memory-capture.ts"
import { memoryFrame } from "./memory-frame.ts"
import { MemoryInterfaces } from "./memory-interfaces.ts"
import { memoryPathMtu, memoryPing, memoryTrace } from "./memory-probes.ts"
import { MemoryTunnel } from "./memory-tunnel.ts"

const tickMs = 20
const connectMs = 60

export interface MemoryEngine {
  readonly interfaces: MemoryInterfaces
  readonly tunnels: ReadonlyMap<string, MemoryTunnel>
  /** Each method that was called, in order, with its parameters. */
  readonly calls: { method: string; params: unknown }[]
  /** Pings through each tunnel that is up; each is a request and a reply. */
  pingsPerSecond: number
  /** What the machine has beside its tun and tap interfaces. */
  networks: HostNetwork[]
  /** Somebody else changed an interface. */
  disturb: MemoryInterfaces["disturb"]
  /** A tunnel loses its peer, or finds it again. */
  move: (id: string, ...to: Parameters<MemoryTunnel["move"]>) => void
  /** Somebody changed a tunnel over its configuration socket. */
  reconfigure: (change: TunnelReconfigured) => void
  /** Those that the panel has not taken. */
  readonly reconfigurations: readonly TunnelReconfigured[]
  /** A handshake of the tunnel bore this time. */
  stamp: (id: string, stampedAfter: string) => void
  close(): Promise<void>
}

/**
 * The engine protocol without a kernel: for tests, for `npm run dev` and for looking at the page. The other side of each of its
 * tunnels answers every ping, as real ICMP bytes on the packet stream; with `flow` each also carries a transfer, in its counters.
 */
export async function startMemoryEngine(
  socketPath: string,
  { interfaces = new MemoryInterfaces(), pingsPerSecond = 2, flow = false, random = Math.random } = {},
): Promise<MemoryEngine> {
  const tunnels = new Map<string, MemoryTunnel>()
  const calls: MemoryEngine["calls"] = []
  const kernelCalls = new MemoryCalls()
  const reconfigurations: TunnelReconfigured[] = []
  const noted = <P, R>(method: string, handler: (params: P) => R) => {
    return (params: P): R => {
      calls.push({ method, params })
      return handler(params)
    }
  }

  function found(id: string): MemoryTunnel {
    const tunnel = tunnels.get(id)
    if (tunnel === undefined) throw new Problem("tunnel-not-running")
    return tunnel
  }

  function wayOf(id: string) {
    const { config, status } = found(id)
    const on = interfaces.find(config.interface)
    if (on === undefined) throw new Problem("tunnel-not-running")
    return { isUp: status.state === "up", on }
  }

  /** A running one changes, but over another interface it begins anew. */
  function start(config: TunnelConfig): MemoryTunnel {
    const running = tunnels.get(config.id)
    const on = interfaces.find(config.interface)
    if (running && on && running.config.interface === config.interface && running.status.state !== "failed") {
      if (running.change(config)) connectSoon(running)
      return running
    }
    const tunnel = new MemoryTunnel(config, on ?? { kind: "tun", addresses: [] }, random)
    tunnel.watch = running?.watch ?? "off"
    tunnels.set(config.id, tunnel)
    if (on === undefined) {
      const detail = `${config.interface} does not exist. Create it; the tunnel starts by itself then.`
      tunnel.move("failed", { code: "interface-missing", detail })
      return tunnel
    }
    interfaces.disturb(config.interface, { carrier: true })
    connectSoon(tunnel)
    return tunnel
  }

  function connectSoon(tunnel: MemoryTunnel): void {
    const { status } = tunnel
    setTimeout(() => {
      const isStill = tunnels.get(status.id) === tunnel && tunnel.status.since === status.since
      if (isStill && tunnel.status.state === "connecting") move(status.id, "up")
    }, connectMs)
  }

  function stop(id: string): null {
    const { config } = found(id)
    tunnels.delete(id)
    if (interfaces.find(config.interface)) interfaces.disturb(config.interface, { carrier: false })
    return null
  }

  const move: MemoryEngine["move"] = (id, ...to) => {
    const tunnel = found(id)
    tunnel.move(...to)
    server.notify("tunnel.changed", tunnel.status)
    const severity = tunnel.status.state === "up" ? "info" : "warning"
    const text = tunnel.status.reason?.detail ?? tunnel.status.state
    server.notify("event", { time: Date.now(), severity, subject: `tunnel ${tunnel.config.name}`, text })
  }

  const changed = <T>(result: T): T => {
    server.notify("interfaces.changed", null)
    return result
  }

  function create(wish: InterfaceCreate): InterfaceWanted {
    const wanted = interfaces.create(wish)
    const actual = interfaces.find(wanted.name)
    kernelCalls.created(wanted)
    if (actual?.up) kernelCalls.linked(actual)
    return wanted
  }

  const handlers: EngineHandlers = {
    "calls.list": (wish) => kernelCalls.list(wish),
    "host.checks": noted("host.checks", () => hostChecks),
    "host.networks": noted("host.networks", () => [...engine.networks, ...interfaces.networks()]),
    "wanted.set": noted("wanted.set", ({ interfaces: wanted, tunnels: configs }) => {
      for (const wish of wanted) if (!interfaces.find(wish.name)) interfaces.apply(wish, undefined, undefined)
      const shall = new Set(configs.map(({ id }) => id))
      for (const id of tunnels.keys()) if (!shall.has(id)) stop(id)
      for (const config of configs) start(config)
      return { failures: [] }
    }),
    "interface.list": noted("interface.list", () => interfaces.list()),
    "interface.read": noted("interface.read", ({ name }) => interfaces.read(name)),
    "interface.create": noted("interface.create", (wish) => changed(create(wish))),
    "interface.apply": noted("interface.apply", ({ wanted, fields, renameFrom }) =>
      changed({ steps: interfaces.apply(wanted, fields, renameFrom) }),
    ),
    "interface.manage": noted("interface.manage", (wanted) => changed(interfaces.manage(wanted) ?? null)),
    "interface.release": noted("interface.release", ({ name }) => changed(interfaces.release(name) ?? null)),
    "interface.delete": noted("interface.delete", ({ name }) => changed(interfaces.delete(name) ?? null)),
    "tunnel.start": noted("tunnel.start", (config) => start(config).status),
    "tunnel.stop": noted("tunnel.stop", ({ id }) => stop(id)),
    "tunnel.list": noted("tunnel.list", () => [...tunnels.values()].map(({ status }) => status)),
    "tunnel.counted": () => {
      const all = [...tunnels.values()]
      const rows = all.flatMap((tunnel) => tunnel.counted())
      return { revision: Date.now(), running: all.map(({ status }) => status.id), rows }
    },
    "tunnel.peers": noted("tunnel.peers", ({ id }) => found(id).peers()),
    "tunnel.macs": noted("tunnel.macs", ({ id }) => found(id).macs()),
    "tunnel.frame": ({ id, ...between }) => memoryFrame(wayOf(id).on, between),
    "tunnel.inject": noted("tunnel.inject", ({ id, direction, bytes }) => {
      const tunnel = found(id)
      const record = tunnel.inject(direction, new Uint8Array(Buffer.from(bytes, "base64")))
      if (tunnel.watch === "live") send(tunnel, [record])
      const length = record.wireLength
      if (record.verdict !== passed) return { length, verdict: "dropped" as const, reason: "no-peer" as const }
      return { length, verdict: direction === "outbound" ? ("sent" as const) : ("delivered" as const) }
    }),
    "tunnel.ping": noted("tunnel.ping", (wish) => memoryPing(wayOf(wish.id), wish)),
    "tunnel.trace": noted("tunnel.trace", (wish) => memoryTrace(wayOf(wish.id), wish)),
    "tunnel.pathMtu": noted("tunnel.pathMtu", (wish) => memoryPathMtu(wayOf(wish.id), wish)),
    "tunnel.reconfigurations": noted("tunnel.reconfigurations", () => reconfigurations),
    "tunnel.reconfigured.taken": noted("tunnel.reconfigured.taken", ({ id, revision }) => {
      const at = reconfigurations.findIndex((change) => change.id === id && change.revision <= revision)
      if (at >= 0) reconfigurations.splice(at, 1)
      return null
    }),
    "tunnel.watch": noted("tunnel.watch", ({ id, watch }) => {
      const tunnel = found(id)
      if (watch === "live" && tunnel.watch !== "live") send(tunnel, tunnel.untold())
      tunnel.watch = watch
      return null
    }),
  }
  const actFor = <T>(cause: CallCause, act: () => T): T => kernelCalls.actFor(cause, act)
  const server = await serveEngine(socketPath, handlers, { actFor })
  const packets = await servePackets(packetSocketPath(socketPath))
  const captures = await serveCaptures(captureSocketPath(socketPath), (request) => {
    const tunnel = tunnels.get(request.id)
    return new MemoryCapture(request, tunnel, () => tunnels.get(request.id) === tunnel)
  })

  function send(tunnel: MemoryTunnel, records: ReturnType<MemoryTunnel["kept"]>): void {
    tunnel.told = records.at(-1)?.number ?? tunnel.told
    if (records.length > 0) packets.send({ tunnel: tunnel.config.id, link: tunnel.link, missed: 0, records })
  }

  const engine: MemoryEngine = {
    interfaces,
    tunnels,
    calls,
    pingsPerSecond,
    networks: [],
    move,
    reconfigurations,
    reconfigure(change) {
      reconfigurations.push(change)
      server.notify("tunnel.reconfigured", change)
    },
    stamp: (id, stampedAfter) => server.notify("tunnel.stamped", { id, stampedAfter }),
    disturb(name, change) {
      interfaces.disturb(name, change)
      changed(null)
    },
    async close() {
      clearInterval(ticking)
      await Promise.all([server.close(), packets.close(), captures.close()])
    },
  }
  const ticking = setInterval(() => {
    for (const tunnel of tunnels.values()) {
      const records = tunnel.pings(tickMs, engine.pingsPerSecond)
      if (flow) tunnel.flow(tickMs)
      if (tunnel.watch === "live") send(tunnel, records)
    }
  }, tickMs)
  return engine
}

const hostChecks: HostCheck[] = [
  {
    id: "device",
    ok: true,
    title: "/dev/net/tun can be opened",
    detail: "A memory engine: no kernel is asked.",
    remedy: null,
  },
  {
    id: "capability",
    ok: true,
    title: "The engine has CAP_NET_ADMIN",
    detail: "cap_net_admin, cap_net_raw",
    remedy: null,
  },
  {
    id: "forwarding",
    ok: false,
    title: "IPv4 forwarding is off",
    detail: "net.ipv4.ip_forward = 0: this host answers, but passes nothing on to networks behind it.",
    remedy: "sysctl -w net.ipv4.ip_forward=1",
  },
]
