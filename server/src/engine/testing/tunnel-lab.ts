// Two hosts on one wire, for tests of tunnels: each runs an engine, the C peer, or a peer driven by hand.
import {
  formatEndpoint,
  type InterfaceCreate,
  interfaceCreate,
  type TunnelConfig,
  type TunnelState,
  type TunnelStatus,
} from "@tundeck/shared"
import { connectByVeth } from "../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import type { EngineProcess } from "./engine-process.ts"

export interface TunnelLab extends AsyncDisposable {
  readonly a: Namespace
  readonly b: Namespace
}

export type Side = "a" | "b"
export type Family = "v4" | "v6"

/** The addresses of the wire. */
export const outer = {
  a: { v4: "10.8.0.1", v6: "fd08::1" },
  b: { v4: "10.8.0.2", v6: "fd08::2" },
} as const

/** The addresses of the interfaces at the tunnel's ends. */
export const inner = {
  a: { v4: "10.77.0.1", v6: "fd77::1" },
  b: { v4: "10.77.0.2", v6: "fd77::2" },
} as const

export const tunnelPort = 55_555
const other = { a: "b", b: "a" } as const

export async function createTunnelLab(): Promise<TunnelLab> {
  const a = await createNamespace("a")
  const b = await createNamespace("b")
  // New addresses can be used at once, also on tap.
  for (const side of [a, b]) await side.exec("sysctl", ["-qw", "net.ipv6.conf.default.accept_dad=0"])
  const v4 = [`${outer.a.v4}/24`, `${outer.b.v4}/24`] as const
  const v6 = [`${outer.a.v6}/64`, `${outer.b.v6}/64`] as const
  await connectByVeth(a, b, { v4, v6 })
  const remove = async () => {
    await a.delete()
    await b.delete()
  }
  return { a, b, [Symbol.asyncDispose]: remove }
}

export function innerAddresses(side: Side): string[] {
  return [`${inner[side].v4}/24`, `${inner[side].v6}/64`]
}

/** Makes an interface with the inner addresses of `side`, named after its kind unless told. */
export async function makeInterface(
  engine: EngineProcess,
  side: Side,
  change: Partial<InterfaceCreate> = {},
): Promise<string> {
  const kind = change.kind ?? "tun"
  const wish = { ...interfaceCreate.parse({ name: `${kind}0`, kind }), addresses: innerAddresses(side), ...change }
  return (await engine.call("interface.create", wish)).name
}

export type TunnelChange = Partial<Omit<TunnelConfig, "transport">>

/** A tunnel of `side` that waits for the other side. */
export function listening(
  side: Side,
  family: Family = "v4",
  change: TunnelChange = {},
  port = tunnelPort,
): TunnelConfig {
  const listen = formatEndpoint({ host: outer[side][family], port })
  return tunnel({ kind: "tcp", listen, peer: outer[other[side]][family] }, change)
}

/** A tunnel of `side` that calls the other side. */
export function calling(side: Side, family: Family = "v4", change: TunnelChange = {}, port = tunnelPort): TunnelConfig {
  return tunnel({ kind: "tcp", connect: formatEndpoint({ host: outer[other[side]][family], port }) }, change)
}

function tunnel(transport: TunnelConfig["transport"], change: TunnelChange): TunnelConfig {
  const id = change.id ?? "t"
  return { id, name: id, interface: "tun0", security: { kind: "none" }, autostart: false, ...change, transport }
}

export async function tunnelOf(engine: EngineProcess, id = "t"): Promise<TunnelStatus> {
  const status = (await engine.call("tunnel.list", null)).find((status) => status.id === id)
  if (status === undefined) throw new Error(`there is no tunnel ${id}`)
  return status
}

/** Waits for a state, and answers the whole status then. */
export function reaches(
  engine: EngineProcess,
  state: TunnelState,
  { id = "t", timeoutMs = 30_000 }: { id?: string; timeoutMs?: number } = {},
): Promise<TunnelStatus> {
  const isThere = async () => {
    const status = await tunnelOf(engine, id)
    if (status.state === state) return status
    throw new Error(`it is ${JSON.stringify(status)}`)
  }
  return until(isThere, { what: `the tunnel ${id} to be ${state}`, timeoutMs })
}

/** Waits until the tunnel has its listening socket. */
export async function waitsForPeer(engine: EngineProcess, id = "t"): Promise<void> {
  const isWaiting = async () => (await tunnelOf(engine, id)).reason?.code === "waiting-for-peer"
  await until(isWaiting, { what: `the tunnel ${id} to listen`, timeoutMs: 30_000 })
}

/**
 * Changes a running tunnel. The engine answers before its worker has read that; the worker answers in the order in which it
 * reads, and is asked for something.
 */
export async function changeTunnel(engine: EngineProcess, config: TunnelConfig): Promise<void> {
  await engine.call("tunnel.start", config)
  await engine.call("tunnel.macs", { id: config.id })
}

export async function dropsOf(engine: EngineProcess, reason: string, id = "t"): Promise<number> {
  const { stats } = await tunnelOf(engine, id)
  return stats.drops.filter((drop) => drop.reason === reason).reduce((sum, { packets }) => sum + packets, 0)
}

/**
 * How many of three echo requests were answered. With -w ping waits for three answers; without, it gives up on the last
 * one after two round trips, which a busy machine may need.
 */
export async function ping(from: Namespace, target: string, ...options: string[]): Promise<number> {
  const patience = options.includes("-W") ? [] : ["-w", "10"]
  const { stdout } = await from.exec("ping", ["-c", "3", "-i", "0.05", ...patience, ...options, target], {
    mayFail: true,
  })
  return Math.min(3, Number(/(\d+) received/.exec(stdout)?.[1]))
}

/**
 * Waits until echo requests come back: a kernel that has just seen a program attach drops packets for a moment, until it
 * has taken notice of the carrier.
 */
export async function answers(from: Namespace, ...targets: string[]): Promise<void> {
  for (const target of targets) {
    const isAnswered = async () => (await ping(from, target, "-c", "1", "-W", "1")) === 1
    await until(isAnswered, { what: `${target} to answer`, timeoutMs: 30_000 })
  }
}

/** Waits until the kernel has taken notice of the carrier: what it sends to the interface before is dropped. */
export async function takesPackets(namespace: Namespace, name: string): Promise<void> {
  const hasQueue = async () => (await namespace.ip("link", "show", name))[0]?.qdisc !== "noop"
  await until(hasQueue, { what: `${name} to have its queue` })
}

/** What the kernel counted on an interface: `rx` what the program wrote to it, `tx` what the program read. */
export async function kernelCounts(
  namespace: Namespace,
  name: string,
): Promise<{ rx: { packets: number; dropped: number }; tx: { packets: number; dropped: number } }> {
  const [link] = await namespace.ip("-s", "link", "show", name)
  const count = (side: "rx" | "tx") => {
    const found = new RegExp(`"${side}":\\{"bytes":\\d+,"packets":(\\d+),"errors":\\d+,"dropped":(\\d+)`).exec(
      JSON.stringify(link?.stats64),
    )
    return { packets: Number(found?.[1]), dropped: Number(found?.[2]) }
  }
  return { rx: count("rx"), tx: count("tx") }
}
