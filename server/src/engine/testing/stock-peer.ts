// Debian's wireguard-go in a namespace, told what to do by `wg`: the other end of tests of interoperation.
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Namespace } from "../../../../testing/namespace.ts"
import type { Running } from "../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"

export interface StockPeer {
  readonly interface: string
  readonly publicKey: string
  /** One peer, in the words of `wg set <interface> peer <key> …`. */
  set(publicKey: string, ...words: string[]): Promise<void>
  /** The words for a preshared key: wg wants it in a file. */
  presharedKey(key: string): Promise<string[]>
  listenOn(port: number): Promise<void>
  /** A field of `wg show <interface> dump` of its first peer. */
  state(): Promise<StockState>
  /** It does nothing until `resume`; what comes for it waits. */
  pause(): void
  resume(): void
  /** Kills the program and starts it anew with the same keys and peers. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface StockState {
  endpoint: string
  lastHandshakeAt: number
  received: number
  sent: number
}

export interface StockOptions {
  name: string
  addresses: readonly string[]
  port?: number
}

/** Names are the machine's, not the namespace's: the program's socket stands in /var/run/wireguard. */
export async function startStockPeer(
  namespace: Namespace,
  { name, addresses, port }: StockOptions,
): Promise<StockPeer> {
  const privateKey = (await namespace.exec("wg", ["genkey"])).stdout.trim()
  const publicKey = (await namespace.exec("wg", ["pubkey"], { input: privateKey })).stdout.trim()
  const directory = await temporaryDirectory()
  const file = async (name: string, key: string) => {
    const path = join(directory.path, name)
    await writeFile(path, key, { mode: 0o600 })
    return path
  }
  const keyFile = await file("private", privateKey)
  const told: string[][] = []
  let running: Running | undefined

  const wg = (...words: string[]) => namespace.exec("wg", ["set", name, ...words])

  async function begin(): Promise<void> {
    running = namespace.spawn("wireguard-go", ["-f", name], { env: { PATH: process.env.PATH, LOG_LEVEL: "error" } })
    const serves = async () => (await namespace.exec("wg", ["show", name], { mayFail: true })).code === 0
    await until(serves, { what: "wireguard-go to serve its socket", timeoutMs: 30_000 })
    await wg("private-key", keyFile, ...(port === undefined ? [] : ["listen-port", String(port)]))
    for (const address of addresses) await namespace.exec("ip", ["address", "add", address, "dev", name])
    await namespace.exec("ip", ["link", "set", name, "up"])
    for (const words of told) await wg(...words)
  }

  async function end(): Promise<void> {
    running?.signal("SIGCONT")
    await running?.stop()
    await rm(`/var/run/wireguard/${name}.sock`, { force: true })
  }

  await begin()
  return {
    interface: name,
    publicKey,
    async set(key, ...words) {
      told.push(["peer", key, ...words])
      await wg("peer", key, ...words)
    },
    presharedKey: async (key) => ["preshared-key", await file("preshared", key)],
    async listenOn(newPort) {
      await wg("listen-port", String(newPort))
    },
    async state() {
      const { stdout } = await namespace.exec("wg", ["show", name, "dump"])
      const [, , endpoint = "", , handshake, received, sent] = stdout.split("\n")[1]?.split("\t") ?? []
      return { endpoint, lastHandshakeAt: Number(handshake), received: Number(received), sent: Number(sent) }
    },
    pause: () => running?.signal("SIGSTOP"),
    resume: () => running?.signal("SIGCONT"),
    async restart() {
      await end()
      await begin()
    },
    async stop() {
      await end()
      await directory.remove()
    },
  }
}
