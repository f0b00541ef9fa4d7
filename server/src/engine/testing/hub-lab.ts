// A hub and four peers on one bridge, each with an engine of its own.
import {
  type ClearPeer,
  formatEndpoint,
  type InterfaceCreate,
  interfaceCreate,
  type TunnelConfig,
  type TunnelPeerStatus,
} from "@tundeck/shared"
import { createBridgeLab } from "../../../../testing/links.ts"
import type { Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { type Carrier, over } from "./carriers.ts"
import { type EngineProcess, startEngineProcess } from "./engine-process.ts"
import { tunnelPort } from "./tunnel-lab.ts"

/** Host 0 is the hub; peer i is named `p<i>`. */
export interface HubHost {
  readonly number: number
  readonly namespace: Namespace
  readonly engine: EngineProcess
  /** On the bridge. */
  readonly outer: string
  /** At its end of the tunnel. */
  readonly v4: string
  readonly v6: string
  /** An address of the network behind a peer over tun. */
  readonly behind: string
}

export interface HubLab extends AsyncDisposable {
  readonly hub: HubHost
  /** Peer i at i - 1. */
  readonly peers: readonly HubHost[]
  peer(number: number): HubHost
}

export const hubInterface = "net0"

export async function createHubLab(): Promise<HubLab> {
  const bridge = await createBridgeLab(5)
  const engines = await Promise.all(bridge.hosts.map(({ namespace }) => startEngineProcess(namespace)))
  const hosts = bridge.hosts.flatMap(({ namespace, v4: outer }, number): HubHost[] => {
    const engine = engines[number]
    const [v4, v6] = [`10.77.0.${number + 1}`, `fd77::${number + 1}`]
    return engine === undefined ? [] : [{ number, namespace, engine, outer, v4, v6, behind: `10.78.${number}.1` }]
  })
  const [hub, ...peers] = hosts
  if (hub === undefined) throw new Error("a hub lab has a hub")
  return {
    hub,
    peers,
    peer(number) {
      const peer = peers[number - 1]
      if (peer === undefined) throw new Error(`there is no peer ${number}`)
      return peer
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(engines.map((engine) => engine.stop()))
      await bridge.delete()
    },
  }
}

/** What the kernel says by itself would be among the packets that a test counts. */
const quiet = `table inet quiet {
  chain out {
    type filter hook output priority 0
    oifname ${hubInterface} icmpv6 type { nd-router-solicit, mld-listener-report, mld2-listener-report } drop
  }
}`

/** A host's interface of the tunnel, with its inner addresses and a route to what is behind the others. */
export async function makeHubInterface(host: HubHost, change: Partial<InterfaceCreate> & { kind: "tun" | "tap" }) {
  const addresses = [`${host.v4}/24`, `${host.v6}/64`]
  const routes = change.kind === "tun" ? [{ destination: "10.78.0.0/16" }] : []
  const wish = { ...interfaceCreate.parse({ name: hubInterface, kind: change.kind, routes }), mtu: 1400, addresses }
  await host.namespace.exec("nft", ["-f", "-"], { input: quiet })
  await host.engine.call("interface.create", { ...wish, ...change })
  if (change.kind === "tun" && host.number > 0) {
    await host.namespace.exec("ip", ["address", "add", `${host.behind}/24`, "dev", "lo"])
  }
}

/** How the hub knows a peer; over tun with what is behind it. */
export function peerOf(host: HubHost, kind: "tun" | "tap"): ClearPeer {
  const networks = [`${host.v4}/32`, `${host.v6}/128`, `10.78.${host.number}.0/24`]
  const allowed = kind === "tun" ? { allowedIps: networks } : {}
  return { name: `p${host.number}`, address: host.outer, enabled: true, ...allowed }
}

export function hubConfig(hub: HubHost, carrier: Carrier, peers: ClearPeer[]): TunnelConfig {
  const listen = formatEndpoint({ host: hub.outer, port: tunnelPort })
  return over(carrier, { ...common, transport: { kind: "tcp", listen }, security: { kind: "none", peers } })
}

/** Beside its own network a peer takes what is behind the other ones. */
export function peerConfig(hub: HubHost, carrier: Carrier, kind: "tun" | "tap"): TunnelConfig {
  const connect = formatEndpoint({ host: hub.outer, port: tunnelPort })
  const allowed = kind === "tun" ? { allowedIps: ["10.77.0.0/24", "fd77::/64", "10.78.0.0/16"] } : {}
  return over(carrier, { ...common, transport: { kind: "tcp", connect }, security: { kind: "none", ...allowed } })
}

const common = { id: "t", name: "t", interface: hubInterface, autostart: false } as const

export async function peersOf(hub: HubHost): Promise<TunnelPeerStatus[]> {
  return await hub.engine.call("tunnel.peers", { id: "t" })
}

/** Waits until these peers, and no others, are connected. Who was turned away for long calls again after 30 s at most. */
export async function connected({ hub }: HubLab, ...names: string[]): Promise<void> {
  const areThere = async () => {
    const there = (await peersOf(hub)).filter(({ connected }) => connected).map(({ name }) => name)
    if (there.sort().join() === names.toSorted().join()) return true
    throw new Error(`there are ${there.join(", ")}`)
  }
  await until(areThere, { what: `${names.join(", ")} to be connected`, timeoutMs: 40_000 })
}

/** Waits likewise; the peers speak meanwhile. Over what knows no connections, one that is silent is not there yet. */
export async function heard(lab: HubLab, ...names: string[]): Promise<void> {
  const speaking = lab.peers.map(({ namespace }) => namespace.spawn("ping", ["-i", "0.2", lab.hub.v4]))
  try {
    await connected(lab, ...names)
  } finally {
    for (const ping of speaking) await ping.stop()
  }
}

/** Starts the tunnel everywhere, or goes over to another transport where it runs. */
export async function startHub(lab: HubLab, carrier: Carrier, kind: "tun" | "tap"): Promise<void> {
  const peers = lab.peers.map((host) => peerOf(host, kind))
  await lab.hub.engine.call("tunnel.start", hubConfig(lab.hub, carrier, peers))
  for (const { engine } of lab.peers) await engine.call("tunnel.start", peerConfig(lab.hub, carrier, kind))
  await connected(lab, ...peers.map(({ name }) => name))
}
