import { homedir } from "node:os"
import { join, resolve } from "node:path"
import { endpoint, packetSocketPath, parseEndpoint, parsePrefix, prefixContains } from "@tundeck/shared"
import { z } from "zod"
import { type Account, unlisted } from "./accounts.ts"
import { StartError } from "./start-error.ts"

/** What `tundeck serve` is told: by its environment, which automation depends on, and by its options. */
export interface Settings {
  listen: { host: string; port: number }
  dataDirectory: string
  engineSocket: string
  logLevel: string
  /** Whom the children become; null where the launcher is not root and all run as one user. */
  accounts: { panel: Account; engine: Account } | null
  tls: { certificate: string; key: string } | null
  origins: string | null
  /** For all saved captures together. */
  captureMegabytes: number | null
  /** A network namespace file that the engine enters (the demo's two hosts). */
  engineNamespace: string | null
  insecurePublicBind: boolean
  /** A declaration file. */
  apply: string | null
}

export interface ServeOptions {
  apply?: string | undefined
  insecurePublicBind?: boolean | undefined
}

export interface Machine {
  uid: number
  findAccount(text: string): Account | undefined
  terminal: boolean
}

export class SettingsError extends StartError {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(["These settings are not right:", ...faults.map((fault) => `  ${fault}`)].join("\n"))
    this.faults = faults
  }
}

// unix(7): sun_path has 108 bytes with the closing zero.
const longestSocketPath = 107

const path = z
  .string()
  .min(1, "Give a path.")
  .transform((text) => resolve(text))

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "Write origins as a browser sends them, such as https://tundeck.example.org, separated by commas.",
})

const environment = z.object({
  TUNDECK_LISTEN: endpoint.default("127.0.0.1:8080"),
  TUNDECK_DATA_DIR: path.optional(),
  TUNDECK_ENGINE_SOCKET: path.optional(),
  TUNDECK_USER: z.string().optional(),
  TUNDECK_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "Use one of fatal, error, warn, info, debug, trace, silent.",
    })
    .optional(),
  TUNDECK_TLS_CERT: path.optional(),
  TUNDECK_TLS_KEY: path.optional(),
  TUNDECK_ORIGINS: z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(z.array(origin))
    .optional(),
  TUNDECK_CAPTURE_MEGABYTES: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, "Give a number of megabytes, from 1 to 999999.")
    .transform(Number)
    .optional(),
  TUNDECK_NETNS: path.optional(),
})

/** Throws a SettingsError with every fault at once. */
export function readSettings(env: NodeJS.ProcessEnv, options: ServeOptions, machine: Machine): Settings {
  const parsed = environment.safeParse(withoutEmpty(env))
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map((i) => `${String(i.path[0])}: ${i.message}`))
  const given = parsed.data
  const faults: string[] = []

  const listen = parseEndpoint(given.TUNDECK_LISTEN) ?? { host: "127.0.0.1", port: 8080 }
  const { TUNDECK_TLS_CERT: certificate, TUNDECK_TLS_KEY: key } = given
  if ((certificate === undefined) !== (key === undefined)) {
    faults.push("TUNDECK_TLS_CERT, TUNDECK_TLS_KEY: give both or neither.")
  }
  const tls = certificate !== undefined && key !== undefined ? { certificate, key } : null
  const insecurePublicBind = options.insecurePublicBind ?? false
  if (!isLoopback(listen.host) && !tls && !insecurePublicBind) {
    faults.push(
      `TUNDECK_LISTEN: ${given.TUNDECK_LISTEN} is reachable from other machines, without encryption. Set TUNDECK_TLS_CERT and ` +
        "TUNDECK_TLS_KEY, or put a proxy in front and listen on 127.0.0.1, or say --insecure-public-bind.",
    )
  }

  const dataDirectory = given.TUNDECK_DATA_DIR ?? defaultDataDirectory(env, machine.uid)
  const engineSocket = given.TUNDECK_ENGINE_SOCKET ?? join(dataDirectory, "run", "engine.sock")
  const longest = packetSocketPath(engineSocket)
  if (Buffer.byteLength(longest) > longestSocketPath) {
    faults.push(
      `${given.TUNDECK_ENGINE_SOCKET === undefined ? "TUNDECK_DATA_DIR" : "TUNDECK_ENGINE_SOCKET"}: the socket path ${longest} has ` +
        `${Buffer.byteLength(longest)} bytes, a UNIX socket's may have ${longestSocketPath}. Choose a shorter directory.`,
    )
  }

  const accounts = chooseAccounts(given.TUNDECK_USER, machine, faults)
  if (faults.length > 0) throw new SettingsError(faults)
  return {
    listen,
    dataDirectory,
    engineSocket,
    logLevel: given.TUNDECK_LOG_LEVEL ?? (machine.terminal ? "warn" : "info"),
    accounts,
    tls,
    origins: given.TUNDECK_ORIGINS?.join(",") ?? null,
    captureMegabytes: given.TUNDECK_CAPTURE_MEGABYTES ?? null,
    engineNamespace: given.TUNDECK_NETNS ?? null,
    insecurePublicBind,
    apply: options.apply === undefined ? null : resolve(options.apply),
  }
}

/** As root /var/lib/tundeck, else the XDG data directory. */
export function defaultDataDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  if (uid === 0) return "/var/lib/tundeck"
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), ".local", "share"), "tundeck")
}

function chooseAccounts(user: string | undefined, machine: Machine, faults: string[]): Settings["accounts"] {
  if (machine.uid !== 0) {
    if (user !== undefined && machine.findAccount(user)?.uid !== machine.uid) {
      faults.push(`TUNDECK_USER: only root can become another user; this is uid ${machine.uid}. Leave it out.`)
    }
    return null
  }
  const panel = user === undefined ? (machine.findAccount("tundeck") ?? unlisted.panel) : machine.findAccount(user)
  const engine = machine.findAccount("tundeck-engine") ?? unlisted.engine
  if (panel === undefined) {
    faults.push(`TUNDECK_USER: there is no user ${JSON.stringify(user)} here. Make one: useradd --system ${user}`)
    return null
  }
  if (panel.uid === 0 || panel.gid === 0) faults.push("TUNDECK_USER: the panel never runs as root. Name another user.")
  if (panel.uid === engine.uid) faults.push("TUNDECK_USER: this is the engine's own user. Name another one.")
  return { panel, engine }
}

const loopback = parsePrefix("127.0.0.0/8")

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (loopback !== undefined && prefixContains(loopback, host))
}

/** `TUNDECK_X= tundeck serve` means the default, as in a compose file with an unset variable. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""))
}
